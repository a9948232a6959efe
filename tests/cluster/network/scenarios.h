// What network_test plays, each with a cluster of its own. `count` says how long or how often.
#pragma once

#include <cstddef>

namespace generion {

// crash.cpp
void play_crashes(std::size_t count);
void play_orders(std::size_t count);
// absence.cpp
void play_absence(std::size_t count);
void play_joining(std::size_t count);
// cut.cpp
void play_cuts(std::size_t count);
// machine.cpp
void play_full_disk(std::size_t count);
void play_wrong_clock(std::size_t count);
void play_copied_key(std::size_t count);

}  // namespace generion
