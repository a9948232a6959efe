#include "io/rate_limiter.h"

#include <arpa/inet.h>

#include <algorithm>

#include "base/limits.h"

namespace generion::io {
namespace {

constexpr std::int64_t kMicro = 1'000'000;

// Where addresses go when no new one can be remembered; no address has this text.
const std::string kOthers = "others";

}  // namespace

TokenBucket::TokenBucket(std::uint64_t per_second, std::uint64_t burst, SteadyTime now)
    : per_second_(per_second),
      burst_(std::max<std::uint64_t>(burst, 1)),
      micro_tokens_(static_cast<std::int64_t>(burst_) * kMicro),
      filled_at_(now) {}

void TokenBucket::refill(SteadyTime now) {
  if (now <= filled_at_) return;
  const auto full = static_cast<std::int64_t>(burst_) * kMicro;
  const auto rate = static_cast<std::int64_t>(per_second_);  // millionths of a token a microsecond
  const std::int64_t passed =
      std::chrono::duration_cast<std::chrono::microseconds>(now - filled_at_).count();
  if (passed >= (full - micro_tokens_) / rate + 1) {
    micro_tokens_ = full;
    filled_at_ = now;
  } else {
    micro_tokens_ += passed * rate;
    filled_at_ += std::chrono::microseconds(passed);
  }
}

std::chrono::milliseconds TokenBucket::take(std::uint64_t count, SteadyTime now) {
  const std::lock_guard lock(mutex_);
  refill(now);
  const auto wanted = static_cast<std::int64_t>(count) * kMicro;
  const std::int64_t needed = std::min(wanted, static_cast<std::int64_t>(burst_) * kMicro);
  if (micro_tokens_ >= needed) {
    micro_tokens_ -= wanted;
    return std::chrono::milliseconds(0);
  }
  const std::int64_t per_ms = static_cast<std::int64_t>(per_second_) * 1'000;
  return std::chrono::milliseconds((needed - micro_tokens_ + per_ms - 1) / per_ms);
}

bool TokenBucket::is_full(SteadyTime now) {
  const std::lock_guard lock(mutex_);
  refill(now);
  return micro_tokens_ == static_cast<std::int64_t>(burst_) * kMicro;
}

std::shared_ptr<TokenBucket> RateLimiter::bucket(const std::string& address, SteadyTime now) {
  if (per_second_ == 0) return nullptr;
  const std::lock_guard lock(mutex_);
  std::string key = counted_address(address);
  if (const auto found = buckets_.find(key); found != buckets_.end()) return found->second;
  if (buckets_.size() >= limits::kRateAddressesMax) {
    // A full bucket remembers nothing that a new one would not say.
    std::erase_if(buckets_, [now](const auto& entry) {
      return entry.second.use_count() == 1 && entry.second->is_full(now);
    });
  }
  if (buckets_.size() >= limits::kRateAddressesMax) key = kOthers;
  std::shared_ptr<TokenBucket>& bucket = buckets_[key];
  if (!bucket) bucket = std::make_shared<TokenBucket>(per_second_, burst_, now);
  return bucket;
}

std::string counted_address(const std::string& address) {
  in6_addr parsed{};
  if (inet_pton(AF_INET6, address.substr(0, address.find('%')).c_str(), &parsed) != 1)
    return address;
  std::fill(std::begin(parsed.s6_addr) + 8, std::end(parsed.s6_addr), 0);
  char text[INET6_ADDRSTRLEN];
  return std::string(inet_ntop(AF_INET6, &parsed, text, sizeof text)) + "/64";
}

}  // namespace generion::io
