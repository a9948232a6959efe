#include "node/proof_guard.h"

#include <catch2/catch.hpp>

namespace generion::node {
namespace {

using consensus::Monotonic;

Address sender_of(char letter) {
  return *Address::from(Bytes(32, letter));
}

// How long the sender still pauses; 0 if he is let in.
std::uint64_t pause_of(ProofGuard& guard, const Address& sender, Monotonic now) {
  const auto admitted = guard.admit(sender, now);
  if (admitted) return 0;
  CHECK(admitted.error().code == Code::rate_limited);
  REQUIRE(admitted.error().retry_after_ms);
  return *admitted.error().retry_after_ms;
}

}  // namespace

TEST_CASE("proof guard: a failure pauses its sender for a second, and nobody else") {
  ProofGuard guard;
  const Monotonic now(5'000);
  CHECK(pause_of(guard, sender_of('a'), now) == 0);
  guard.failed(sender_of('a'), now);
  CHECK(pause_of(guard, sender_of('a'), now) == 1'000);
  CHECK(pause_of(guard, sender_of('a'), now.plus(400)) == 600);
  CHECK(pause_of(guard, sender_of('a'), now.plus(999)) == 1);
  CHECK(pause_of(guard, sender_of('a'), now.plus(1'000)) == 0);
  CHECK(pause_of(guard, sender_of('b'), now) == 0);
  const auto message = guard.admit(sender_of('a'), now).error().message;
  CHECK(message.find("1 time(s)") != std::string::npos);
  CHECK(message.find("1000 ms") != std::string::npos);
  CHECK(message.find("600 s") != std::string::npos);
}

TEST_CASE("proof guard: each failure doubles the pause, up to ten minutes") {
  ProofGuard guard;
  const Address sender = sender_of('a');
  Monotonic now(0);
  std::uint64_t expected = 1'000;
  for (int i = 0; i < 50; ++i) {
    guard.failed(sender, now);
    CHECK(pause_of(guard, sender, now) == expected);
    now = now.plus(expected);
    expected = std::min<std::uint64_t>(2 * expected, 600'000);
  }
}

TEST_CASE("proof guard: failures of checks under way when the pause began count once") {
  ProofGuard guard;
  const Address sender = sender_of('a');
  guard.failed(sender, Monotonic(0));
  guard.failed(sender, Monotonic(1));
  guard.failed(sender, Monotonic(999));
  CHECK(pause_of(guard, sender, Monotonic(999)) == 1);
  guard.failed(sender, Monotonic(1'000));
  CHECK(pause_of(guard, sender, Monotonic(1'000)) == 2'000);
}

TEST_CASE("proof guard: what holds takes a failure back") {
  ProofGuard guard;
  const Address sender = sender_of('a');
  guard.failed(sender, Monotonic(0));
  guard.failed(sender, Monotonic(1'000));
  guard.failed(sender, Monotonic(3'000));  // pauses for 4 s
  CHECK(pause_of(guard, sender, Monotonic(7'000)) == 0);
  guard.passed(sender);
  guard.failed(sender, Monotonic(7'000));  // the third again, not the fourth
  CHECK(pause_of(guard, sender, Monotonic(7'000)) == 4'000);
  for (int i = 0; i < 3; ++i) guard.passed(sender);
  CHECK(guard.counters().senders == 0);
  CHECK(pause_of(guard, sender, Monotonic(7'000)) == 0);
  guard.failed(sender, Monotonic(8'000));
  CHECK(pause_of(guard, sender, Monotonic(8'000)) == 1'000);
  guard.passed(sender_of('b'));  // without a failure there is nothing to take back
  CHECK(pause_of(guard, sender, Monotonic(8'000)) == 1'000);
}

TEST_CASE("proof guard: an hour without a failure forgives all") {
  constexpr std::uint64_t kHourMs = 3'600'000;
  ProofGuard guard;
  const Address sender = sender_of('a');
  guard.failed(sender, Monotonic(0));
  guard.failed(sender, Monotonic(1'000));
  CHECK(pause_of(guard, sender, Monotonic(kHourMs + 999)) == 0);
  CHECK(guard.counters().senders == 1);
  CHECK(pause_of(guard, sender, Monotonic(kHourMs + 1'000)) == 0);
  CHECK(guard.counters().senders == 0);
  guard.failed(sender, Monotonic(0));
  guard.failed(sender, Monotonic(kHourMs));  // without asking in between
  CHECK(pause_of(guard, sender, Monotonic(kHourMs)) == 1'000);
}

TEST_CASE("proof guard: bounded; the fewest failures are forgotten first") {
  ProofGuard guard(2);
  guard.failed(sender_of('a'), Monotonic(0));
  guard.failed(sender_of('a'), Monotonic(1'000));
  guard.failed(sender_of('b'), Monotonic(2'000));
  guard.failed(sender_of('c'), Monotonic(2'000));
  CHECK(guard.counters().senders == 2);
  CHECK(pause_of(guard, sender_of('a'), Monotonic(2'000)) == 1'000);
  CHECK(pause_of(guard, sender_of('b'), Monotonic(2'000)) == 0);
  CHECK(pause_of(guard, sender_of('c'), Monotonic(2'000)) == 1'000);
  // What is over an hour old goes before those who pause.
  guard.failed(sender_of('d'), Monotonic(3'601'000));
  CHECK(guard.counters().senders == 2);
  CHECK(pause_of(guard, sender_of('d'), Monotonic(3'601'000)) == 1'000);
}

TEST_CASE("proof guard: counts") {
  ProofGuard guard;
  guard.passed(sender_of('a'));
  guard.failed(sender_of('b'), Monotonic(0));
  CHECK_FALSE(guard.admit(sender_of('b'), Monotonic(0)));
  CHECK_FALSE(guard.admit(sender_of('b'), Monotonic(1)));
  const ProofCounters counters = guard.counters();
  CHECK(counters.passed == 1);
  CHECK(counters.failed == 1);
  CHECK(counters.refused == 2);
  CHECK(counters.senders == 1);
}

}  // namespace generion::node
