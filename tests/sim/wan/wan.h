// A chain over the whole world, modelled: the real replicas, in cities, with delays, bandwidth,
// processors and disks as they are given. No signature is made or checked and no transaction
// executed: what that costs in time is a parameter.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace generion::sim {

struct WanSettings {
  std::size_t validators = 4;
  std::uint64_t seed = 1;
  double load = 100;  // transactions a second, by clients at all validators alike
  std::uint64_t warm_up_ms = 2'000;
  std::uint64_t measured_ms = 4'000;

  // Of each validator. The figures of docs/performance.md, where it has them.
  double uplink_mbit = 200;  // and downlink
  std::uint64_t cores = 4;
  double verify_us = 49;       // one signature
  double transaction_us = 74;  // all but the execution: signature, decoding, journal, answer
  double execute_us = 13;      // in one thread
  std::uint64_t sync_us = 210;
  std::uint64_t transaction_bytes = 400;
  std::uint64_t timeout_ms = 5'000;
  std::uint64_t window = 8;
  std::size_t batch_fill = 200;
};

struct WanResult {
  double executed = 0;  // transactions a second, at the first validator
  double blocks = 0;    // a second
  // From the client's sending to its validator's answer after execution.
  double p50_ms = 0;
  double p99_ms = 0;
  double uplink_mbit = 0;     // of the busiest validator
  double cpu_cores = 0;       // of the busiest validator
  std::uint64_t view = 0;     // the highest at the end
  std::uint64_t waiting = 0;  // transactions that were sent and not yet executed at the end
  friend bool operator==(const WanResult&, const WanResult&) = default;
};

// The same settings give the same result.
WanResult run_wan(const WanSettings& settings);

// The one-way delay within which some validator reaches a quorum, itself included: no phase of the
// protocol can be quicker.
std::uint64_t quorum_delay_us(std::size_t validators);

}  // namespace generion::sim
