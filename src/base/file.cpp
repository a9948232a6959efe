#include "base/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <system_error>
#include <utility>

namespace generion {
namespace {

namespace fs = std::filesystem;

constexpr const char* kLockFile = "generion.lock";
constexpr mode_t kModeBits = 07777;
constexpr std::size_t kPidTextMax = 32;

std::unexpected<Error> missing(const fs::path& path) {
  return fail(Code::file_missing, fmt::format("{}: does not exist", path.string()));
}

// Where the entry of `path` is; "a/b/" is the entry b of a.
fs::path parent_of(const fs::path& path) {
  const fs::path parent = (path.has_filename() ? path : path.parent_path()).parent_path();
  return parent.empty() ? fs::path(".") : parent;
}

Result<void> write_all(int descriptor, ByteView content, const fs::path& path) {
  while (!content.empty()) {
    const ssize_t written = ::write(descriptor, content.data(), content.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return file_error(path, "cannot write", errno);
    }
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> write_and_sync(int descriptor, ByteView content, mode_t mode, const fs::path& path) {
  if (::fchmod(descriptor, mode) != 0) return file_error(path, "cannot set its mode", errno);
  if (auto ok = write_all(descriptor, content, path); !ok) return ok;
  if (::fsync(descriptor) != 0) return file_error(path, "cannot sync", errno);
  return {};
}

Result<void> rename_into_place(const fs::path& from, const fs::path& to, IfExists if_exists) {
  const unsigned flags = if_exists == IfExists::refuse ? RENAME_NOREPLACE : 0;
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), flags) == 0) return {};
  if (errno == EEXIST && if_exists == IfExists::refuse) {
    return fail(Code::file_exists,
                fmt::format("{}: is there already and is not overwritten; choose another name or "
                            "move it away",
                            to.string()));
  }
  return file_error(to, "cannot rename the new file into place", errno);
}

// The process id that `take` wrote; nullopt if the file does not hold one.
std::optional<long> holder_of(int descriptor) {
  std::string text(kPidTextMax, '\0');
  const ssize_t size = ::pread(descriptor, text.data(), text.size(), 0);
  if (size <= 0) return std::nullopt;
  long pid = 0;
  const char* const end = text.data() + size;
  const auto parsed = std::from_chars(text.data(), end, pid);
  if (parsed.ec != std::errc{} || parsed.ptr == end || *parsed.ptr != '\n') return std::nullopt;
  return pid;
}

}  // namespace

std::unexpected<Error> file_error(const fs::path& path, std::string_view what, int error) {
  const std::string reason = std::generic_category().message(error);
  if (error == ENOSPC || error == EDQUOT) {
    return fail(Code::disk_full, fmt::format("{}: {}: {}; free space there and try again",
                                             path.string(), what, reason));
  }
  return fail(Code::io_error, fmt::format("{}: {}: {}", path.string(), what, reason));
}

Result<Bytes> read_file(const fs::path& path, std::size_t bytes_max) {
  // O_NONBLOCK: opening a named pipe must not wait for a writer.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.is_open()) {
    if (errno == ENOENT) return missing(path);
    return file_error(path, "cannot open", errno);
  }
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) return file_error(path, "cannot examine", errno);
  if (!S_ISREG(status.st_mode)) {
    return fail(Code::io_error, fmt::format("{}: is no regular file", path.string()));
  }
  const auto too_large = [&] {
    return fail(Code::too_large, fmt::format("{}: is larger than the {} bytes that are allowed",
                                             path.string(), bytes_max));
  };
  if (static_cast<std::uint64_t>(status.st_size) > bytes_max) return too_large();

  // One byte more than expected, so that a file that grows meanwhile is noticed.
  Bytes out(static_cast<std::size_t>(status.st_size) + 1, '\0');
  std::size_t size = 0;
  for (;;) {
    if (size == out.size()) {
      if (size > bytes_max) return too_large();
      out.resize(std::min(out.size() * 2, bytes_max + 1));
    }
    const ssize_t got = ::read(file.get(), out.data() + size, out.size() - size);
    if (got < 0) {
      if (errno == EINTR) continue;
      return file_error(path, "cannot read", errno);
    }
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  if (size > bytes_max) return too_large();
  out.resize(size);
  return out;
}

Result<void> write_file_atomic(const fs::path& path, ByteView content, mode_t mode,
                               IfExists if_exists) {
  std::string temporary = path.string() + ".XXXXXX";
  Descriptor file(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!file.is_open()) return file_error(path, "cannot make a file beside it", errno);
  auto done = write_and_sync(file.get(), content, mode, path);
  if (done && ::close(file.release()) != 0) done = file_error(path, "cannot close", errno);
  if (done) done = rename_into_place(temporary, path, if_exists);
  if (!done) {
    ::unlink(temporary.c_str());
    return done;
  }
  return sync_directory(parent_of(path));
}

Result<void> create_private_directory(const fs::path& path) {
  if (::mkdir(path.c_str(), kPrivateDirectoryMode) != 0) {
    if (errno != EEXIST) return file_error(path, "cannot make the directory", errno);
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0) return file_error(path, "cannot examine", errno);
    if (!S_ISDIR(status.st_mode)) {
      return fail(Code::file_exists,
                  fmt::format("{}: is there already and is no directory", path.string()));
    }
    return check_private(path);
  }
  // The umask may have taken bits away.
  if (::chmod(path.c_str(), kPrivateDirectoryMode) != 0) {
    return file_error(path, "cannot set its mode", errno);
  }
  return sync_directory(parent_of(path));
}

Result<void> check_private(const fs::path& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) return missing(path);
    return file_error(path, "cannot examine", errno);
  }
  const mode_t wanted = S_ISDIR(status.st_mode) ? kPrivateDirectoryMode : kPrivateFileMode;
  const mode_t found = status.st_mode & kModeBits;
  if (status.st_uid != ::geteuid()) {
    return fail(Code::bad_file_mode,
                fmt::format("{0}: belongs to user {1}, this program runs as user {2}; it must be "
                            "that user's own: chown {2} {0}",
                            path.string(), status.st_uid, ::geteuid()));
  }
  // The owner may have taken his own write permission away.
  if (found != wanted && found != (wanted & ~mode_t{S_IWUSR})) {
    return fail(Code::bad_file_mode,
                fmt::format("{0}: has mode {1:04o}, it must have {2:04o} so that nobody else can "
                            "read it: chmod {2:04o} {0}",
                            path.string(), found, wanted));
  }
  return {};
}

Result<void> sync_directory(const fs::path& path) {
  const Descriptor directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.is_open()) {
    if (errno == ENOENT) return missing(path);
    return file_error(path, "cannot open the directory", errno);
  }
  if (::fsync(directory.get()) != 0) return file_error(path, "cannot sync", errno);
  return {};
}

Result<void> rename_durably(const fs::path& from, const fs::path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return file_error(from, "cannot rename", errno);
  return sync_directory(parent_of(to));
}

Result<DirectoryLock> DirectoryLock::take(const fs::path& directory) {
  const fs::path path = directory / kLockFile;
  Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kPrivateFileMode));
  if (!file.is_open()) {
    if (errno == ENOENT) return missing(directory);
    return file_error(path, "cannot open", errno);
  }
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return file_error(path, "cannot lock", errno);
    const auto holder = holder_of(file.get());
    return fail(Code::locked,
                fmt::format("{}: is in use by {}; only one process at a time may have it",
                            directory.string(),
                            holder ? fmt::format("process {}", *holder) : "another process"));
  }
  const std::string text = fmt::format("{}\n", ::getpid());
  if (auto ok = write_all(file.get(), text, path); !ok) return fail(ok.error());
  // A longer number of an earlier holder may reach beyond.
  if (::ftruncate(file.get(), static_cast<off_t>(text.size())) != 0) {
    return file_error(path, "cannot write", errno);
  }
  return DirectoryLock(std::move(file));
}

}  // namespace generion
