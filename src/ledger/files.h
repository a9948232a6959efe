// What the ledger needs of files beyond base/file.h: parts written in place, locks, renamed
// directories. Every call says whether it worked.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/bytes.h"
#include "base/error.h"

namespace generion::ledger {

// An open file descriptor; closed with the object. Move-only.
class File {
 public:
  enum class Mode { read_write, create_new };

  // Errors: file_missing, file_exists (create_new), disk_full, io_error.
  static Result<File> open(const std::filesystem::path& path, Mode mode);

  File(File&& other) noexcept;
  File& operator=(File&& other) noexcept;
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File();

  Result<void> write_at(std::uint64_t offset, ByteView bytes);
  Result<Bytes> read_all() const;
  // Gives the file `size` bytes of zeros that are allocated on disk.
  Result<void> allocate_zeroed(std::uint64_t size);
  Result<void> sync();  // data and what is needed to find it
  // Whether the lock was free. It is held until the file is closed, against every other opening of
  // it.
  Result<bool> try_lock();

 private:
  File(int descriptor, std::filesystem::path path)
      : descriptor_(descriptor), path_(std::move(path)) {}
  int descriptor_ = -1;
  std::filesystem::path path_;
};

// Renames and syncs the directory of `to`.
Result<void> rename_path(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace generion::ledger
