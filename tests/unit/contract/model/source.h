// Where a random sequence's choices come from: a seed, or a fuzzer's bytes.
#pragma once

#include <cstdint>
#include <iterator>

#include "base/bytes.h"

namespace generion::contract::model {

class Source {
 public:
  virtual ~Source() = default;
  virtual std::uint8_t byte() = 0;
  virtual bool is_done() const = 0;

  // 0 to bound - 1, bound >= 1.
  std::uint64_t below(std::uint64_t bound) {
    std::uint64_t out = 0;
    for (std::uint64_t rest = bound - 1; rest > 0; rest >>= 8) out = out << 8 | byte();
    return out % bound;
  }
  // False when there are no bytes any more.
  bool one_in(std::uint64_t n) { return below(n) == n - 1; }
  template <class List>
  const auto& pick(const List& list) {
    return *std::next(std::begin(list), static_cast<std::ptrdiff_t>(below(std::size(list))));
  }
};

// Endless. SplitMix64 (Steele, Lea, Flood 2014): the same bytes everywhere.
class SeedSource : public Source {
 public:
  explicit SeedSource(std::uint64_t seed) : state_(seed) {}

  std::uint8_t byte() override {
    if (left_ == 0) {
      std::uint64_t z = (state_ += 0x9e3779b97f4a7c15);
      z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
      z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
      bytes_ = z ^ (z >> 31);
      left_ = 8;
    }
    const auto out = static_cast<std::uint8_t>(bytes_);
    bytes_ >>= 8;
    --left_;
    return out;
  }
  bool is_done() const override { return false; }

 private:
  std::uint64_t state_;
  std::uint64_t bytes_ = 0;
  int left_ = 0;
};

// Zeros once they are used up.
class BytesSource : public Source {
 public:
  explicit BytesSource(ByteView bytes) : bytes_(bytes) {}

  std::uint8_t byte() override {
    if (is_done()) return 0;
    return static_cast<std::uint8_t>(bytes_[at_++]);
  }
  bool is_done() const override { return at_ >= bytes_.size(); }

 private:
  ByteView bytes_;
  std::size_t at_ = 0;
};

}  // namespace generion::contract::model
