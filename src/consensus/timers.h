// When this replica loses patience with a view.
#pragma once

#include <cstdint>
#include <optional>

#include "consensus/clock.h"

namespace generion::consensus {

// Runs while there is work; starts again with each execution and each view. Its time doubles with
// each view that ends without an execution, up to a cap, so that an hour of outage does not cost a
// day of waiting.
class ViewTimer {
 public:
  // 0 < timeout_ms <= timeout_max_ms.
  ViewTimer(std::uint64_t timeout_ms, std::uint64_t timeout_max_ms);

  void on_work(bool has_work, Monotonic now);  // starts it if it does not run, or stops it
  void on_execution();                         // progress: the next time is the shortest again
  void on_view_left();
  void on_view_entered() { deadline_.reset(); }

  std::optional<Monotonic> deadline() const { return deadline_; }
  std::uint64_t timeout_ms() const { return current_ms_; }

 private:
  std::uint64_t timeout_ms_;
  std::uint64_t timeout_max_ms_;
  std::uint64_t current_ms_;
  bool progressed_ = true;  // in this view
  std::optional<Monotonic> deadline_;
};

}  // namespace generion::consensus
