#include "cli/terminal/prompt.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "base/file.h"
#include "base/limits.h"

namespace generion::cli {
namespace {

// An open file, closed on every way out.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

constexpr char kInterrupt = '\x03';  // Ctrl-C

// Echo is off while this lives, also when the user presses Ctrl-C: the signal waits until it is
// back on.
class EchoOff {
 public:
  explicit EchoOff(int fd) : fd_(fd) {
    tcgetattr(fd_, &before_);
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO | ISIG);
    silent.c_lflag |= ECHONL;
    silent.c_cc[VEOL] = static_cast<cc_t>(kInterrupt);
    tcsetattr(fd_, TCSAFLUSH, &silent);
  }
  ~EchoOff() { tcsetattr(fd_, TCSAFLUSH, &before_); }
  EchoOff(const EchoOff&) = delete;
  EchoOff& operator=(const EchoOff&) = delete;

 private:
  int fd_;
  termios before_{};
};

enum class Until : std::uint8_t { line_end, file_end };

Result<crypto::SecretBytes> read_secret(int fd, Until until) {
  crypto::SecretBytes buffer(limits::kSecretInputBytesMax + 1);
  std::size_t size = 0;
  while (size < buffer.size()) {
    const ssize_t got = ::read(fd, buffer.data() + size, buffer.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      return fail(Code::io_error,
                  fmt::format("reading the secret failed: {}", std::strerror(errno)));
    }
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
    const ByteView so_far = buffer.view().substr(0, size);
    if (until == Until::line_end && so_far.find(kInterrupt) != ByteView::npos) {
      return fail(Code::cancelled, "cancelled at the question");
    }
    if (until == Until::line_end && so_far.ends_with('\n')) break;
  }
  if (size > limits::kSecretInputBytesMax) {
    return fail(Code::too_large,
                fmt::format("the secret is longer than {} bytes, the most that is read",
                            limits::kSecretInputBytesMax));
  }
  ByteView text = buffer.view().substr(0, size);
  if (size == 0 && until == Until::line_end)
    return fail(Code::cancelled, "the input ended at the question");
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  if (text.empty() && until == Until::file_end) {
    return fail(Code::bad_passphrase,
                "the passphrase is empty; its source must hold at least one character");
  }
  return crypto::SecretBytes::copy_of(text);
}

Result<std::unique_ptr<Descriptor>> open_terminal() {
  auto terminal = std::make_unique<Descriptor>(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
  if (terminal->get() < 0) {
    return fail(Code::usage,
                "there is no terminal to ask on; give --passphrase-file or --passphrase-fd for a "
                "passphrase, "
                "--phrase-file for a phrase, and --yes for a confirmation");
  }
  return terminal;
}

void say(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

Result<crypto::SecretBytes> ask_secret_on_terminal(std::string_view question) {
  const auto terminal = open_terminal();
  if (!terminal) return fail(terminal.error());
  const EchoOff quiet((*terminal)->get());
  say((*terminal)->get(), fmt::format("{}: ", question));
  return read_secret((*terminal)->get(), Until::line_end);
}

Result<std::string> ask_line_on_terminal(std::string_view question) {
  const auto terminal = open_terminal();
  if (!terminal) return fail(terminal.error());
  say((*terminal)->get(), fmt::format("{} ", question));
  std::string line;
  char c = 0;
  while (line.size() < limits::kSecretInputBytesMax && ::read((*terminal)->get(), &c, 1) == 1) {
    if (c == '\n') return line;
    line += c;
  }
  return fail(Code::cancelled, "the input ended at the question");
}

Result<crypto::SecretBytes> read_secret_descriptor(int descriptor) {
  if (::fcntl(descriptor, F_GETFD) < 0) {
    return fail(Code::usage, fmt::format("descriptor {} is not open; redirect it, as in {}<FILE",
                                         descriptor, descriptor));
  }
  return read_secret(descriptor, Until::file_end);
}

Result<crypto::SecretBytes> read_secret_file(const std::filesystem::path& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) {
    return fail(Code::file_missing,
                fmt::format("{} cannot be opened: {}", path.string(), std::strerror(errno)));
  }
  if (const Result<void> checked = check_private(path); !checked) return fail(checked.error());
  return read_secret(file.get(), Until::file_end);
}

}  // namespace generion::cli
