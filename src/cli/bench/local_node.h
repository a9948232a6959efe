// A node of its own for a benchmark or a test: made in a temporary directory, run as a child
// process, removed afterwards.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "cli/localnet/child_node.h"
#include "crypto/keys.h"
#include "types/ids.h"

namespace generion::cli {

class LocalNode {
 public:
  // Starts the generiond that stands beside this program and waits until it is ready. The
  // institution is accredited from genesis; `settings` are KEY=VALUE over the configuration.
  // Errors: file_missing (no generiond there), timed_out (with the end of its log), those of init.
  static Result<std::unique_ptr<LocalNode>> start(const crypto::SigningKey& institution,
                                                  std::vector<std::string> settings = {});
  ~LocalNode();  // ends the process, removes the directory
  LocalNode(const LocalNode&) = delete;
  LocalNode& operator=(const LocalNode&) = delete;

  // Ends the process as a power cut of the program would: SIGKILL. Returns when it is gone.
  void kill();

  // Starts it again after `kill` or `stop`, and waits until it is ready. Errors: those of start.
  Result<void> restart();

  // SIGTERM; returns the exit status.
  int stop();

  const std::string& url() const { return url_; }
  std::filesystem::path admin_socket() const { return directory_ / "node" / "admin.sock"; }
  pid_t process() const { return child_ ? child_->process() : -1; }
  const Hash& chain() const { return chain_; }
  const std::filesystem::path& directory() const { return directory_; }

 private:
  LocalNode() = default;
  Result<void> wait_until_ready();
  std::string log_end() const;

  std::filesystem::path directory_;  // temporary
  std::vector<std::string> settings_;
  std::string url_;
  Hash chain_;
  std::optional<ChildNode> child_;
};

}  // namespace generion::cli
