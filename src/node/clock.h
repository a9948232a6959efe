// The node's two clocks, read in one place.
#pragma once

#include <chrono>

#include "consensus/clock.h"

namespace generion::node {

inline consensus::Now read_clocks() {
  using std::chrono::duration_cast;
  using std::chrono::milliseconds;
  const auto wall = std::chrono::system_clock::now().time_since_epoch();
  const auto monotonic = std::chrono::steady_clock::now().time_since_epoch();
  return {TimeMs(static_cast<std::uint64_t>(duration_cast<milliseconds>(wall).count())),
          consensus::Monotonic(
              static_cast<std::uint64_t>(duration_cast<milliseconds>(monotonic).count()))};
}

}  // namespace generion::node
