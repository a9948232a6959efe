// SplitMix64: the same numbers from the same seed on every machine.
#pragma once

#include <cstddef>
#include <cstdint>

namespace generion::sim {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  // Always the lowest number, and nothing by chance.
  static Random still() {
    Random out(0);
    out.is_still_ = true;
    return out;
  }

  std::uint64_t next() {
    if (is_still_) return 0;
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  std::uint64_t below(std::uint64_t bound) { return bound == 0 ? 0 : next() % bound; }
  std::uint64_t between(std::uint64_t low, std::uint64_t high) {
    return low + below(high - low + 1);
  }
  bool chance(std::uint64_t percent) { return !is_still_ && below(100) < percent; }

  template <class Container>
  auto& one_of(Container& container) {
    return container[below(container.size())];
  }

 private:
  std::uint64_t state_;
  bool is_still_ = false;
};

}  // namespace generion::sim
