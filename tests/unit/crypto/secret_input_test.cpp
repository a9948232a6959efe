#include "crypto/secret_input.h"

#include <fcntl.h>
#include <pty.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/limits.h"

namespace generion::crypto {
namespace {

namespace fs = std::filesystem;

class SecretFile {
 public:
  explicit SecretFile(const Bytes& content, mode_t mode = 0600) {
    std::string name = (fs::temp_directory_path() / "generion-secret-XXXXXX").string();
    const Descriptor file(::mkstemp(name.data()));
    REQUIRE(file.is_open());
    path_ = name;
    std::ofstream(path_) << content;
    REQUIRE(::chmod(path_.c_str(), mode) == 0);
  }
  ~SecretFile() { fs::remove(path_); }
  SecretFile(const SecretFile&) = delete;
  SecretFile& operator=(const SecretFile&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

Result<SecretBytes> from_descriptor(const Bytes& content) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const Descriptor reading(ends[0]);
  {
    const Descriptor writing(ends[1]);
    REQUIRE(::write(writing.get(), content.data(), content.size()) ==
            static_cast<ssize_t>(content.size()));
  }
  return read_secret_descriptor(reading.get());
}

// A process on a terminal of its own that asks, says with its exit status what it got, and is
// watched from the terminal's other end.
class Asking {
 public:
  enum Outcome : std::uint8_t { secret = 0, other = 1, cancelled = 2, failed = 3 };

  explicit Asking(int blocked_signal = 0) {
    int end = -1;
    process_ = ::forkpty(&end, nullptr, nullptr, nullptr);
    REQUIRE(process_ >= 0);
    if (process_ == 0) ask(blocked_signal);
    end_ = Descriptor(end);
    while (shown_.find("Question: ") == Bytes::npos) REQUIRE(read_some());
  }
  ~Asking() {
    if (process_ > 0) ::kill(process_, SIGKILL);
  }
  Asking(const Asking&) = delete;
  Asking& operator=(const Asking&) = delete;

  void type(ByteView text) {
    REQUIRE(::write(end_.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  }
  void signal(int number) const { REQUIRE(::kill(process_, number) == 0); }

  int end() {
    while (read_some()) {
    }
    int status = 0;
    REQUIRE(::waitpid(std::exchange(process_, -1), &status, 0) > 0);
    REQUIRE(WIFEXITED(status));
    return WEXITSTATUS(status);
  }
  const Bytes& shown() const { return shown_; }

 private:
  [[noreturn]] static void ask(int blocked_signal) {
    if (blocked_signal != 0) {
      sigset_t blocked;
      sigemptyset(&blocked);
      sigaddset(&blocked, blocked_signal);
      ::sigprocmask(SIG_BLOCK, &blocked, nullptr);
    }
    const auto answer = ask_secret("Question");
    if (answer) ::_exit(answer->view() == "the secret" ? secret : other);
    ::_exit(answer.error().code == Code::cancelled ? cancelled : failed);
  }

  bool read_some() {
    Bytes part(256, '\0');
    const ssize_t got = ::read(end_.get(), part.data(), part.size());
    if (got > 0) shown_.append(part, 0, static_cast<std::size_t>(got));
    return got > 0;
  }

  pid_t process_ = -1;
  Descriptor end_;
  Bytes shown_;
};

TEST_CASE("a secret from a descriptor is all of it but one line end") {
  CHECK(from_descriptor("a b\n")->view() == "a b");
  CHECK(from_descriptor("a b\r\n")->view() == "a b");
  CHECK(from_descriptor("a\n\n")->view() == "a\n");
  CHECK(from_descriptor("a")->view() == "a");
  CHECK(from_descriptor(Bytes(limits::kSecretInputBytesMax, 'x'))->size() ==
        limits::kSecretInputBytesMax);
  CHECK(from_descriptor(Bytes(limits::kSecretInputBytesMax + 1, 'x')).error().code ==
        Code::too_large);
  CHECK(from_descriptor("\n").error().code == Code::bad_passphrase);
  CHECK(from_descriptor("").error().code == Code::bad_passphrase);
  CHECK(read_secret_descriptor(987).error().code == Code::usage);
}

TEST_CASE("a secret's file is nobody else's, unless the system sees to that") {
  CHECK(read_secret_file(SecretFile("s\n").path())->view() == "s");
  const SecretFile open("s", 0644);
  CHECK(read_secret_file(open.path()).error().code == Code::bad_file_mode);
  CHECK(read_secret_file(open.path(), Protection::by_system)->view() == "s");
  CHECK(read_secret_file("/nowhere/secret").error().code == Code::file_missing);
}

TEST_CASE("a secret that is typed is not shown") {
  Asking asking;
  asking.type("the secret\n");
  CHECK(asking.end() == Asking::secret);
  CHECK(asking.shown().find("secret") == Bytes::npos);
}

TEST_CASE("a question for a secret can be left: Ctrl-C, the end of input, a signal") {
  Asking interrupted;
  interrupted.type("the se\x03");
  CHECK(interrupted.end() == Asking::cancelled);
  Asking ended;
  ended.type("\x04");
  CHECK(ended.end() == Asking::cancelled);
  // A node blocks the signals that stop it before it has its key.
  Asking stopped(SIGTERM);
  stopped.signal(SIGTERM);
  CHECK(stopped.end() == Asking::cancelled);
}

}  // namespace
}  // namespace generion::crypto
