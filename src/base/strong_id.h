// A number with a meaning: Height and View do not mix, although both are 64-bit counters.
#pragma once

#include <compare>
#include <cstdint>

namespace generion {

template <class Tag>
class StrongId {
 public:
  constexpr StrongId() = default;
  explicit constexpr StrongId(std::uint64_t value) : value_(value) {}

  constexpr std::uint64_t value() const { return value_; }
  constexpr StrongId next() const { return StrongId(value_ + 1); }
  constexpr StrongId plus(std::uint64_t n) const { return StrongId(value_ + n); }

  friend constexpr auto operator<=>(StrongId, StrongId) = default;

 private:
  std::uint64_t value_ = 0;
};

}  // namespace generion
