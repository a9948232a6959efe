// The directory of an audit's state: made by whoever works in it, gone with this object.
#pragma once

#include <filesystem>
#include <utility>

#include "base/error.h"

namespace generion::audit {

class WorkDirectory {
 public:
  // Error file_exists: somebody works there, or an audit was killed.
  static Result<WorkDirectory> reserve(std::filesystem::path path) {
    std::error_code error;
    if (std::filesystem::exists(path, error)) {
      return fail(
          Code::file_exists,
          path.string() + " is there already; if it is of an audit that was killed, remove it");
    }
    return WorkDirectory(std::move(path));
  }

  ~WorkDirectory() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  WorkDirectory(WorkDirectory&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  WorkDirectory& operator=(WorkDirectory&&) = delete;

 private:
  explicit WorkDirectory(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

}  // namespace generion::audit
