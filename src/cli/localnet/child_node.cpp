#include "cli/localnet/child_node.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <utility>

namespace generion::cli {
namespace {

namespace fs = std::filesystem;

// Between fork and exec: system calls only.
[[noreturn]] void become(const std::vector<char*>& argv, const char* log, pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) ::_exit(127);
  ::setpgid(0, 0);  // a terminal's Ctrl-C is for the parent, which ends its children in order
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  const int out = ::open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(out, STDERR_FILENO);
  ::execv(argv.front(), argv.data());
  ::_exit(127);
}

}  // namespace

Result<fs::path> daemon_program() {
  fs::path program = fs::read_symlink("/proc/self/exe").parent_path() / "generiond";
  if (!fs::exists(program)) {
    return fail(Code::file_missing,
                fmt::format("{} is not there; install or build generiond beside generion",
                            program.string()));
  }
  return program;
}

Result<ChildNode> ChildNode::start(const fs::path& config, const fs::path& log,
                                   const std::vector<std::string>& settings) {
  const auto program = daemon_program();
  if (!program) return fail(program.error());
  std::vector<std::string> arguments = {program->string(), "--config", config.string()};
  for (const std::string& setting : settings) {
    arguments.insert(arguments.end(), {"--set", setting});
  }
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  const std::string log_path = log.string();
  const pid_t parent = ::getpid();
  const pid_t process = ::fork();
  if (process < 0) return fail(Code::io_error, "no process can be started");
  if (process == 0) become(argv, log_path.c_str(), parent);
  return ChildNode(process);
}

ChildNode::ChildNode(ChildNode&& other) noexcept
    : process_(std::exchange(other.process_, -1)), status_(other.status_) {}

ChildNode& ChildNode::operator=(ChildNode&& other) noexcept {
  if (this != &other) {
    stop();
    process_ = std::exchange(other.process_, -1);
    status_ = other.status_;
  }
  return *this;
}

ChildNode::~ChildNode() {
  stop();
}

std::optional<int> ChildNode::poll() {
  if (process_ > 0 && ::waitpid(process_, &status_, WNOHANG) == process_) process_ = -1;
  return process_ > 0 ? std::nullopt : std::optional(status_);
}

void ChildNode::terminate() {
  if (process_ > 0) ::kill(process_, SIGTERM);
}

int ChildNode::wait() {
  if (process_ > 0) ::waitpid(process_, &status_, 0);
  process_ = -1;
  return status_;
}

int ChildNode::stop() {
  terminate();
  return wait();
}

void ChildNode::kill() {
  if (process_ > 0) ::kill(process_, SIGKILL);
  wait();
}

std::string exit_text(int status) {
  if (WIFSIGNALED(status)) return fmt::format("signal {}", WTERMSIG(status));
  return fmt::format("exit code {}", WEXITSTATUS(status));
}

}  // namespace generion::cli
