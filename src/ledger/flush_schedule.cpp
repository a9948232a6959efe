#include "ledger/flush_schedule.h"

namespace generion::ledger {

bool FlushSchedule::add(std::uint64_t transactions, std::chrono::nanoseconds took) {
  unflushed_.transactions += transactions + 1;  // a block without any is read again, too
  unflushed_.time += took;
  if (unflushed_.transactions < bounds_.transactions && unflushed_.time < bounds_.time) {
    return false;
  }
  unflushed_ = {};
  return true;
}

}  // namespace generion::ledger
