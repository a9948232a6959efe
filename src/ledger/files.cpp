#include "ledger/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/file.h"

namespace generion::ledger {

Result<File> File::open(const std::filesystem::path& path, Mode mode) {
  const int flags = O_RDWR | O_CLOEXEC | (mode == Mode::create_new ? O_CREAT | O_EXCL : 0);
  Descriptor descriptor(::open(path.c_str(), flags, kPrivateFileMode));
  if (descriptor.is_open()) return File(std::move(descriptor), path);
  const int reason = errno;
  auto failure = file_error(path, "cannot open", reason);
  if (reason == ENOENT) failure.error().code = Code::file_missing;
  if (reason == EEXIST) failure.error().code = Code::file_exists;
  return failure;
}

Result<void> File::write_at(std::uint64_t offset, ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t written =
        ::pwrite(descriptor_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0) {
      if (errno == EINTR) continue;
      return file_error(path_, "cannot write", errno);
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
    offset += static_cast<std::uint64_t>(written);
  }
  return {};
}

Result<void> File::allocate_zeroed(std::uint64_t size) {
  // fallocate finds out about a full disk at once; writing the zeros spares every later sync the
  // change of metadata that a first write into an unwritten extent needs.
  if (const int error = ::posix_fallocate(descriptor_.get(), 0, static_cast<off_t>(size));
      error != 0) {
    return file_error(path_, fmt::format("cannot reserve {} bytes", size), error);
  }
  const Bytes zeros(static_cast<std::size_t>(std::min<std::uint64_t>(size, 1024 * 1024)), '\0');
  for (std::uint64_t offset = 0; offset < size; offset += zeros.size()) {
    const std::uint64_t part = std::min<std::uint64_t>(zeros.size(), size - offset);
    if (auto done = write_at(offset, ByteView(zeros).substr(0, part)); !done) return done;
  }
  return {};
}

Result<void> File::sync() {
  if (::fdatasync(descriptor_.get()) != 0) return file_error(path_, "cannot sync", errno);
  return {};
}

}  // namespace generion::ledger
