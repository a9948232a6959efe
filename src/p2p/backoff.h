// How long to wait: before the next dial, and after misbehaviour.
#pragma once

#include <chrono>
#include <cstdint>

namespace generion::p2p {

// min * 2^failures, at most max, of which the second half is chance: `random` is any 64 bits.
std::chrono::milliseconds redial_delay(std::chrono::milliseconds min, std::chrono::milliseconds max,
                                       unsigned failures, std::uint64_t random);

// The growing pause of a peer that broke the rules. Time is an argument.
class Pause {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // Starts the next pause: min, doubled with each one before that is not forgiven yet, at most max.
  void begin(std::chrono::milliseconds min, std::chrono::milliseconds max, Time now);

  // What is left of it; zero: none.
  std::chrono::milliseconds left(Time now) const;
  Time until() const { return until_; }

 private:
  unsigned count_ = 0;
  Time until_{};
};

}  // namespace generion::p2p
