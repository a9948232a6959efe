// A directory of a test's own, removed with the object.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

#include "base/file.h"

namespace generion::ledger::test {

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string form = (std::filesystem::temp_directory_path() / "generion-test-XXXXXX").string();
    path_ = ::mkdtemp(form.data());
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// All of a test's file.
inline Bytes content_of(const std::filesystem::path& path) {
  return read_file(path, 1024 * 1024 * 1024).value();
}

}  // namespace generion::ledger::test
