#include "consensus/timers.h"

#include <algorithm>

#include "base/assert.h"

namespace generion::consensus {

ViewTimer::ViewTimer(std::uint64_t timeout_ms, std::uint64_t timeout_max_ms)
    : timeout_ms_(timeout_ms), timeout_max_ms_(timeout_max_ms), current_ms_(timeout_ms) {
  GENERION_ASSERT(timeout_ms > 0 && timeout_ms <= timeout_max_ms);
}

void ViewTimer::on_work(bool has_work, Monotonic now) {
  if (!has_work) {
    deadline_.reset();
  } else if (!deadline_) {
    deadline_ = now.plus(current_ms_);
  }
}

void ViewTimer::on_execution() {
  current_ms_ = timeout_ms_;
  progressed_ = true;
  deadline_.reset();
}

void ViewTimer::on_view_left() {
  if (!progressed_) current_ms_ = std::min(current_ms_ * 2, timeout_max_ms_);
  progressed_ = false;
  deadline_.reset();
}

}  // namespace generion::consensus
