#include "ledger/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/file.h"

namespace generion::ledger {
namespace {

std::unexpected<Error> system_failure(std::string_view what, const std::filesystem::path& path,
                                      int error) {
  const std::string text = fmt::format("{} {}: {}", what, path.string(), std::strerror(error));
  switch (error) {
    case ENOSPC:
    case EDQUOT:
      return fail(Code::disk_full, text + "; free some space, then start again");
    case ENOENT:
      return fail(Code::file_missing, text);
    case EEXIST:
      return fail(Code::file_exists, text);
    default:
      return fail(Code::io_error, text);
  }
}

}  // namespace

Result<File> File::open(const std::filesystem::path& path, Mode mode) {
  const int flags = O_RDWR | O_CLOEXEC | (mode == Mode::create_new ? O_CREAT | O_EXCL : 0);
  const int descriptor = ::open(path.c_str(), flags, 0600);
  if (descriptor < 0) return system_failure("cannot open", path, errno);
  return File(descriptor, path);
}

File::File(File&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), path_(std::move(other.path_)) {}

File& File::operator=(File&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(path_, other.path_);
  return *this;
}

File::~File() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<void> File::write_at(std::uint64_t offset, ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t written =
        ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0) {
      if (errno == EINTR) continue;
      return system_failure("cannot write", path_, errno);
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
    offset += static_cast<std::uint64_t>(written);
  }
  return {};
}

Result<Bytes> File::read_all() const {
  struct stat status{};
  if (::fstat(descriptor_, &status) != 0) return system_failure("cannot read", path_, errno);
  Bytes out(static_cast<std::size_t>(status.st_size), '\0');
  std::size_t done = 0;
  while (done < out.size()) {
    const ssize_t got =
        ::pread(descriptor_, out.data() + done, out.size() - done, static_cast<off_t>(done));
    if (got < 0) {
      if (errno == EINTR) continue;
      return system_failure("cannot read", path_, errno);
    }
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  out.resize(done);
  return out;
}

Result<void> File::allocate_zeroed(std::uint64_t size) {
  // fallocate finds out about a full disk at once; writing the zeros spares every later sync the
  // change of metadata that a first write into an unwritten extent needs.
  if (const int error = ::posix_fallocate(descriptor_, 0, static_cast<off_t>(size)); error != 0) {
    return system_failure(fmt::format("cannot reserve {} bytes for", size), path_, error);
  }
  const Bytes zeros(static_cast<std::size_t>(std::min<std::uint64_t>(size, 1024 * 1024)), '\0');
  for (std::uint64_t offset = 0; offset < size; offset += zeros.size()) {
    const std::uint64_t part = std::min<std::uint64_t>(zeros.size(), size - offset);
    if (auto done = write_at(offset, ByteView(zeros).substr(0, part)); !done) return done;
  }
  return {};
}

Result<void> File::sync() {
  if (::fdatasync(descriptor_) != 0) return system_failure("cannot sync", path_, errno);
  return {};
}

Result<bool> File::try_lock() {
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0) return true;
  if (errno == EWOULDBLOCK) return false;
  return system_failure("cannot lock", path_, errno);
}

Result<void> rename_path(const std::filesystem::path& from, const std::filesystem::path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return system_failure("cannot rename", from, errno);
  return sync_directory(to.parent_path());
}

}  // namespace generion::ledger
