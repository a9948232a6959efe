#include "p2p/backoff.h"

#include <algorithm>

namespace generion::p2p {
namespace {

using std::chrono::milliseconds;

// A peer that kept the rules for so long after a pause begins anew.
constexpr std::chrono::hours kForgiven{1};

milliseconds doubled(milliseconds min, milliseconds max, unsigned times) {
  milliseconds out = min;
  for (unsigned i = 0; i < times && out < max; ++i) out *= 2;
  return std::min(out, max);
}

}  // namespace

milliseconds redial_delay(milliseconds min, milliseconds max, unsigned failures,
                          std::uint64_t random) {
  const milliseconds whole = doubled(min, max, failures);
  const auto half = static_cast<std::uint64_t>(whole.count()) / 2;
  return whole - milliseconds(half) + milliseconds(random % (half + 1));
}

void Pause::begin(milliseconds min, milliseconds max, Time now) {
  if (count_ > 0 && now - until_ > kForgiven) count_ = 0;
  until_ = now + doubled(min, max, count_);
  ++count_;
}

milliseconds Pause::left(Time now) const {
  if (count_ == 0 || now >= until_) return milliseconds(0);
  return std::chrono::ceil<milliseconds>(until_ - now);
}

}  // namespace generion::p2p
