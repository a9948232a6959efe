#include "crypto/secret_input.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "base/file.h"
#include "base/limits.h"

namespace generion::crypto {
namespace {

constexpr char kInterrupt = '\x03';  // Ctrl-C

// Echo is off while this lives, also when the user presses Ctrl-C, which is a character meanwhile.
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

// Waits for something to read. False: a signal came that ends programs, and it is blocked.
bool await_input(int fd) {
  sigset_t ending;
  sigemptyset(&ending);
  sigaddset(&ending, SIGINT);
  sigaddset(&ending, SIGTERM);
  const Descriptor signals(::signalfd(-1, &ending, SFD_CLOEXEC));
  std::array<pollfd, 2> waiting = {pollfd{fd, POLLIN, 0}, pollfd{signals.get(), POLLIN, 0}};
  while (::poll(waiting.data(), waiting.size(), -1) < 0 && errno == EINTR) {
  }
  return waiting[1].revents == 0;
}

enum class Until : std::uint8_t { line_end, file_end };

Result<SecretBytes> read_secret(int fd, Until until) {
  SecretBytes buffer(limits::kSecretInputBytesMax + 1);
  std::size_t size = 0;
  while (size < buffer.size()) {
    if (until == Until::line_end && !await_input(fd)) {
      return fail(Code::cancelled, "ended by a signal at the question");
    }
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
  if (size == 0 && until == Until::line_end) {
    return fail(Code::cancelled, "the input ended at the question");
  }
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  if (text.empty() && until == Until::file_end) {
    return fail(Code::bad_passphrase,
                "the passphrase is empty; its source must hold at least one character");
  }
  return SecretBytes::copy_of(text);
}

}  // namespace

Result<SecretBytes> read_secret_descriptor(int descriptor) {
  if (::fcntl(descriptor, F_GETFD) < 0) {
    return fail(Code::usage, fmt::format("descriptor {} is not open; redirect it, as in {}<FILE",
                                         descriptor, descriptor));
  }
  return read_secret(descriptor, Until::file_end);
}

Result<SecretBytes> read_secret_file(const std::filesystem::path& path, Protection protection) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) {
    return fail(Code::file_missing,
                fmt::format("{} cannot be opened: {}", path.string(), std::strerror(errno)));
  }
  if (protection == Protection::by_mode) {
    if (auto ok = check_private(path); !ok) return fail(ok.error());
  }
  return read_secret(file.get(), Until::file_end);
}

Result<Descriptor> open_terminal() {
  Descriptor terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
  if (!terminal.is_open()) return fail(Code::usage, "there is no terminal to ask on");
  return terminal;
}

Result<SecretBytes> ask_secret(std::string_view question) {
  const auto terminal = open_terminal();
  if (!terminal) return fail(terminal.error());
  const EchoOff quiet(terminal->get());
  const std::string text = fmt::format("{}: ", question);
  if (::write(terminal->get(), text.data(), text.size()) < 0) {
    return fail(Code::usage, "there is no terminal to ask on");
  }
  return read_secret(terminal->get(), Until::line_end);
}

}  // namespace generion::crypto
