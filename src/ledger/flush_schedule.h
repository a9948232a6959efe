// When the state has to be flushed. A crash loses what was executed since, and the next start
// executes it again: this bounds it, by count and by the time that it took the first time.
//
//   FlushSchedule schedule({.transactions = 20'000, .time = 1'000ms});
//   if (schedule.add(receipts, took)) state.flush();
#pragma once

#include <chrono>
#include <cstdint>

namespace generion::ledger {

class FlushSchedule {
 public:
  struct Bounds {
    std::uint64_t transactions = 0;
    std::chrono::nanoseconds time{0};
  };

  explicit FlushSchedule(const Bounds& bounds) : bounds_(bounds) {}

  // One more block was applied: with so many executed transactions, and so much time spent on
  // executing and applying it. Whether a flush is due; if so, the counting begins anew.
  bool add(std::uint64_t transactions, std::chrono::nanoseconds took);

 private:
  Bounds bounds_;
  Bounds unflushed_;
};

}  // namespace generion::ledger
