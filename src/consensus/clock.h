// The two clocks of a replica. Both are given to it; it has none of its own.
#pragma once

#include "types/ids.h"

namespace generion::consensus {

// Milliseconds from any start, only going forward. Timers use it, so that a wall clock set back or
// forward neither delays nor triggers one.
using Monotonic = StrongId<struct MonotonicTag>;

struct Now {
  TimeMs wall;  // for the times of batches
  Monotonic monotonic;
};

}  // namespace generion::consensus
