// A generiond as a child process: it ends with this one, whatever becomes of it.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"

namespace generion::cli {

// The generiond beside this program. Error file_missing.
Result<std::filesystem::path> daemon_program();

class ChildNode {
 public:
  // Standard output and error are appended to `log`; `settings` are KEY=VALUE over the
  // configuration.
  static Result<ChildNode> start(const std::filesystem::path& config,
                                 const std::filesystem::path& log,
                                 const std::vector<std::string>& settings);
  ChildNode(ChildNode&& other) noexcept;
  ChildNode& operator=(ChildNode&& other) noexcept;
  ~ChildNode();  // as stop

  pid_t process() const { return process_; }  // -1 once it has ended

  // How it ended, as waitpid tells; nullopt while it runs.
  std::optional<int> poll();

  void terminate();  // SIGTERM; `poll` or `stop` tell when it is gone
  int stop();        // SIGTERM, and waits; its status
  void kill();       // SIGKILL, and waits: as a power cut of the program

 private:
  explicit ChildNode(pid_t process) : process_(process) {}
  int wait();

  pid_t process_ = -1;
  int status_ = 0;  // once it has ended
};

// "exit code 3", "signal 9".
std::string exit_text(int status);

}  // namespace generion::cli
