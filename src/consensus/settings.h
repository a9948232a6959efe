// What a replica is told at its start.
#pragma once

#include <cstdint>
#include <limits>

#include "base/limits.h"
#include "consensus/verified.h"

namespace generion::consensus {

// The last height of an epoch that nothing has closed yet.
inline constexpr Height kOpenEnd{std::numeric_limits<std::uint64_t>::max()};

struct Settings {
  Membership members;
  PublicKey self;     // a member
  TimeMs start_time;  // of the block before the epoch's first; genesis time in the first epoch
  Height last_height = kOpenEnd;  // of the epoch, if it is known at the start

  // Rules on which all members agree.
  std::uint64_t drift_ahead_ms = limits::kDriftAheadMs;    // a batch's time past the own clock
  std::uint64_t drift_behind_ms = limits::kDriftBehindMs;  // and before it
  std::uint64_t empty_gap_ms = 15'000;  // an empty batch's distance, if nothing is due
  std::uint64_t heartbeat_ms = 30'000;  // without a block for so long, one is overdue

  // A node's own: how eager it is.
  std::uint64_t window = 8;               // batches proposed and not yet executed, at least 1
  std::uint64_t timeout_ms = 2'000;       // without execution while there is work
  std::uint64_t timeout_max_ms = 60'000;  // it doubles with each failed view up to here
  std::uint64_t catch_up_ms = 500;        // certified elsewhere and not here: fetch blocks
  std::uint64_t status_ms = 250;          // how often it says what it holds
};

}  // namespace generion::consensus
