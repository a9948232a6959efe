// What the tests of a network share: giving up with a reason, and waiting for events.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

namespace generion {

// Exit code 1, after the reason and what `explain` prints.
[[noreturn]] void give_up(const std::string& why);
void require(bool condition, const std::string& why);

void explain_failures(std::function<void()> explain);

// Exit code 77, which CTest shows as skipped.
[[noreturn]] void skip(const std::string& why);

// Asks often; gives up after five minutes, or GENERION_PATIENCE times as long.
void wait_until(const std::function<bool()>& condition, const std::string& what);

void say(const std::string& what);

class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace generion
