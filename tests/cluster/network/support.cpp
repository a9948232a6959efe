#include "support.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <utility>

namespace generion {
namespace {

namespace fs = std::filesystem;

constexpr auto kPause = std::chrono::milliseconds(20);
constexpr int kSkipped = 77;

// Under a sanitizer everything takes longer.
std::chrono::minutes patience() {
  const char* const factor = std::getenv("GENERION_PATIENCE");
  return std::chrono::minutes(5 * (factor == nullptr ? 1 : std::atoi(factor)));
}

std::function<void()>& explanation() {
  static std::function<void()> out;
  return out;
}

}  // namespace

void give_up(const std::string& why) {
  std::fprintf(stderr, "network_test: %s\n", why.c_str());
  if (const auto explain = std::exchange(explanation(), nullptr)) explain();
  std::exit(1);
}

void explain_failures(std::function<void()> explain) {
  explanation() = std::move(explain);
}

void require(bool condition, const std::string& why) {
  if (!condition) give_up(why);
}

void skip(const std::string& why) {
  say("skipped: " + why);
  std::exit(kSkipped);
}

void wait_until(const std::function<bool()>& condition, const std::string& what) {
  const auto end = std::chrono::steady_clock::now() + patience();
  while (!condition()) {
    require(std::chrono::steady_clock::now() < end, "not in time: " + what);
    std::this_thread::sleep_for(kPause);
  }
}

void say(const std::string& what) {
  std::printf("network_test: %s\n", what.c_str());
  std::fflush(stdout);
}

TemporaryDirectory::TemporaryDirectory() {
  std::string pattern = (fs::temp_directory_path() / "generion-network.XXXXXX").string();
  require(::mkdtemp(pattern.data()) != nullptr, "no temporary directory");
  path_ = pattern;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

}  // namespace generion
