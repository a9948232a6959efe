#include "io/rate_limiter.h"

#include <catch2/catch.hpp>

#include "io/connections.h"

using namespace generion;
using namespace generion::io;
using std::chrono::milliseconds;

namespace {
const SteadyTime kStart{};
}

TEST_CASE("a bucket gives its burst at once and then its rate") {
  TokenBucket bucket(10, 5, kStart);
  CHECK(bucket.is_full(kStart));
  for (int i = 0; i < 5; ++i) CHECK(bucket.take(1, kStart) == milliseconds(0));
  CHECK(bucket.take(1, kStart) == milliseconds(100));
  CHECK(bucket.take(1, kStart + milliseconds(99)) == milliseconds(1));
  CHECK(bucket.take(1, kStart + milliseconds(100)) == milliseconds(0));
  CHECK(bucket.take(2, kStart + milliseconds(100)) == milliseconds(200));
  CHECK(bucket.take(2, kStart + milliseconds(300)) == milliseconds(0));
  // Idle time gives no more than the burst.
  CHECK(bucket.take(5, kStart + milliseconds(1'000'000)) == milliseconds(0));
  CHECK(bucket.take(1, kStart + milliseconds(1'000'000)) == milliseconds(100));
  // Time that goes back gives nothing.
  CHECK(bucket.take(1, kStart) == milliseconds(100));
}

TEST_CASE("a batch above the burst is taken from a full bucket, which then owes it") {
  TokenBucket bucket(10, 5, kStart);
  CHECK(bucket.take(25, kStart) == milliseconds(0));
  CHECK(bucket.take(1, kStart) == milliseconds(2'100));
  CHECK(bucket.take(1, kStart + milliseconds(2'100)) == milliseconds(0));
  CHECK(bucket.take(25, kStart + milliseconds(2'100)) == milliseconds(500));
}

TEST_CASE("small steps of time add up") {
  TokenBucket bucket(3, 1, kStart);
  CHECK(bucket.take(1, kStart) == milliseconds(0));
  SteadyTime now = kStart;
  for (int i = 0; i < 333; ++i) {
    now += milliseconds(1);
    CHECK(bucket.take(1, now).count() > 0);
  }
  CHECK(bucket.take(1, now + milliseconds(1)) == milliseconds(0));
}

TEST_CASE("an address has one bucket, an IPv6 network too") {
  RateLimiter rates(10, 5);
  CHECK(rates.bucket("10.0.0.1", kStart) == rates.bucket("10.0.0.1", kStart));
  CHECK(rates.bucket("10.0.0.1", kStart) != rates.bucket("10.0.0.2", kStart));
  CHECK(rates.bucket("2001:db8::1", kStart) == rates.bucket("2001:db8:0:0:ffff::", kStart));
  CHECK(rates.bucket("2001:db8::1", kStart) != rates.bucket("2001:db8:0:1::1", kStart));
  CHECK(rates.bucket("fe80::1%eth0", kStart) == rates.bucket("fe80::2", kStart));
  CHECK(RateLimiter(0, 0).bucket("10.0.0.1", kStart) == nullptr);
  CHECK(counted_address("10.0.0.1") == "10.0.0.1");
  CHECK(counted_address("2001:db8::1") == "2001:db8::/64");
}

TEST_CASE("connections are counted in total and per address, and refusals are bounded") {
  using Admission = Connections::Admission;
  Connections connections(3, 2);
  auto a = connections.admit("10.0.0.1");
  auto b = connections.admit("10.0.0.1");
  CHECK(a->admission() == Admission::admitted);
  CHECK(connections.admit("10.0.0.1")->admission() == Admission::address_full);
  auto c = connections.admit("10.0.0.2");
  CHECK(c->admission() == Admission::admitted);
  CHECK(connections.admit("10.0.0.3")->admission() == Admission::server_full);
  CHECK(connections.open() == 3);
  b.reset();
  b = connections.admit("10.0.0.1");
  CHECK(b->admission() == Admission::admitted);

  std::vector<std::unique_ptr<Connections::Ticket>> refused;
  while (auto ticket = connections.admit("10.0.0.9")) refused.push_back(std::move(ticket));
  CHECK(refused.size() == 32);
  refused.pop_back();
  CHECK(connections.admit("10.0.0.9") != nullptr);
}

TEST_CASE("connections without an address count only in the total") {
  Connections connections(3, 1);
  const auto a = connections.admit("");
  const auto b = connections.admit("");
  CHECK(b->admission() == Connections::Admission::admitted);
}
