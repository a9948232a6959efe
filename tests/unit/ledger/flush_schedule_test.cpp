#include "ledger/flush_schedule.h"

#include <catch2/catch.hpp>

namespace generion::ledger {
namespace {

using namespace std::chrono_literals;

TEST_CASE("flush schedule: due after so many transactions, a block counting as one more") {
  FlushSchedule schedule({.transactions = 10, .time = 1h});
  for (int round = 0; round < 2; ++round) {
    CHECK_FALSE(schedule.add(3, 0ns));
    CHECK_FALSE(schedule.add(0, 0ns));
    CHECK_FALSE(schedule.add(3, 0ns));
    CHECK(schedule.add(0, 0ns));
  }
  CHECK(schedule.add(1'000, 0ns));
}

// Found by measuring: 20,000 transactions can be 5,000,000 operations, which is far more than the
// 5 s that executing again may take.
TEST_CASE("flush schedule: due after so much time, however few the transactions") {
  FlushSchedule schedule({.transactions = 20'000, .time = 1s});
  for (int round = 0; round < 2; ++round) {
    CHECK_FALSE(schedule.add(1, 400ms));
    CHECK_FALSE(schedule.add(1, 599'999'999ns));
    CHECK(schedule.add(1, 1ns));
  }
  CHECK(schedule.add(1, 5s));
}

}  // namespace
}  // namespace generion::ledger
