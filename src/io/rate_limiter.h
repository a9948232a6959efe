// Requests per second of one address, as token buckets. Time is an argument.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace generion::io {

using SteadyTime = std::chrono::steady_clock::time_point;

// Holds up to `burst` tokens and gains `per_second`. Starts full. Safe from any thread.
class TokenBucket {
 public:
  TokenBucket(std::uint64_t per_second, std::uint64_t burst, SteadyTime now);

  // Takes `count` tokens and returns zero; or takes none and returns when to come again. More than
  // `burst` at once are taken from a full bucket, which then owes them.
  std::chrono::milliseconds take(std::uint64_t count, SteadyTime now);

  bool is_full(SteadyTime now);
  std::uint64_t per_second() const { return per_second_; }

 private:
  void refill(SteadyTime now);

  const std::uint64_t per_second_;
  const std::uint64_t burst_;
  std::mutex mutex_;
  // Guarded by mutex_. In millionths of a token; negative while it owes.
  std::int64_t micro_tokens_;
  SteadyTime filled_at_;
};

// The bucket of each address. Safe from any thread.
class RateLimiter {
 public:
  // per_second = 0: no limit, and no buckets.
  RateLimiter(std::uint64_t per_second, std::uint64_t burst)
      : per_second_(per_second), burst_(burst) {}

  // The address's bucket; null if there is no limit. An IPv6 address counts with its /64 network.
  // Above limits::kRateAddressesMax addresses, new ones share one bucket.
  std::shared_ptr<TokenBucket> bucket(const std::string& address, SteadyTime now);

 private:
  const std::uint64_t per_second_;
  const std::uint64_t burst_;
  std::mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<TokenBucket>> buckets_;  // guarded by mutex_
};

// What an address is counted by: itself for IPv4, the first 64 bits for IPv6.
std::string counted_address(const std::string& address);

}  // namespace generion::io
