// Four validators and an observer as real processes, under load, and something that happens to
// them. What a node reported executed is there afterwards on all of them, exactly once, and all
// states are equal.
//
//   network_test SCENARIO COUNT
#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>

#include "scenarios.h"
#include "support.h"

namespace generion {
namespace {

struct Scenario {
  std::string_view name;
  void (*play)(std::size_t count);
};

constexpr std::array kScenarios{
    Scenario{"crashes", play_crashes},          // transactions between two crashes
    Scenario{"orders", play_orders},            // orders of starting, of the 24
    Scenario{"absence", play_absence},          // transactions that an absent node misses
    Scenario{"joining", play_joining},          // transactions before a fresh node comes
    Scenario{"cuts", play_cuts},                // transactions while one is cut off
    Scenario{"full disk", play_full_disk},      // transactions after the disk is full
    Scenario{"wrong clock", play_wrong_clock},  // transactions with the clock wrong
    Scenario{"copied key", play_copied_key},    // transactions before and after the copy starts
};

}  // namespace
}  // namespace generion

int main(int argc, char** argv) {
  using namespace generion;
  const std::string_view name = argc == 3 ? argv[1] : "";
  const auto* const found = std::ranges::find(kScenarios, name, &Scenario::name);
  if (found == kScenarios.end()) give_up("usage: network_test SCENARIO COUNT");
  found->play(std::strtoull(argv[2], nullptr, 10));
  return 0;
}
