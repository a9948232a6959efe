// What the ledger needs of files beyond base/file.h: parts written in place. Every call says
// whether it worked.
#pragma once

#include <cstdint>
#include <filesystem>

#include "base/bytes.h"
#include "base/descriptor.h"
#include "base/error.h"

namespace generion::ledger {

// An open file. Move-only.
class File {
 public:
  enum class Mode { read_write, create_new };

  // Errors: file_missing, file_exists (create_new), disk_full, io_error.
  static Result<File> open(const std::filesystem::path& path, Mode mode);

  Result<void> write_at(std::uint64_t offset, ByteView bytes);
  // Gives the file `size` bytes of zeros that are allocated on disk.
  Result<void> allocate_zeroed(std::uint64_t size);
  Result<void> sync();  // data and what is needed to find it

 private:
  File(Descriptor descriptor, std::filesystem::path path)
      : descriptor_(std::move(descriptor)), path_(std::move(path)) {}
  Descriptor descriptor_;
  std::filesystem::path path_;
};

}  // namespace generion::ledger
