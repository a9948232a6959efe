// Whether there is work, and what happens when time passes.
#include <algorithm>

#include "consensus/replica.h"

namespace generion::consensus {

TimeMs Replica::last_block_time() const {
  if (const Slot* slot = find_slot(executed_); slot != nullptr && slot->header) {
    return slot->header->time;
  }
  return stable_ ? stable_->header.time : settings_.start_time;
}

bool Replica::is_heartbeat_due() const {
  return now_.wall >= last_block_time().plus(settings_.heartbeat_ms) &&
         executed_ == execute_asked_ && in_flight_.empty();
}

bool Replica::has_work() const {
  if (runner_has_work_ || !is_active_ || is_heartbeat_due()) return true;
  if (due_ && *due_ <= now_.wall) return true;
  if (is_closing() && executed_ < settings_.last_height) return true;
  return std::any_of(slots_.upper_bound(executed_), slots_.end(), [](const auto& entry) {
    const Slot& slot = entry.second;
    return slot.choice || slot.committed || !slot.proposals.empty();
  });
}

void Replica::run_timers() {
  if (const auto deadline = view_timer_.deadline(); deadline && *deadline <= now_.monotonic) {
    complain(ComplaintReason::no_progress);
  }
  if (behind_deadline_ && *behind_deadline_ <= now_.monotonic && !divergence_) {
    out_.fetch.push_back(FetchBlocks{certified_});
    behind_deadline_.reset();
  }
  if (held_until_ && *held_until_ <= now_.wall) accept_proposals();
  if (settings_.members.set.size() > 1 && next_report_ <= now_.monotonic) {
    next_report_ = now_.monotonic.plus(settings_.status_ms);
    out_.send.emplace_back(report());
  }
}

std::optional<Monotonic> Replica::next_deadline() const {
  std::optional<Monotonic> next;
  const auto consider = [&](std::optional<Monotonic> deadline) {
    if (deadline && (!next || *deadline < *next)) next = deadline;
  };
  const auto at_wall = [&](TimeMs time) {
    return now_.monotonic.plus(time > now_.wall ? time.value() - now_.wall.value() : 0);
  };
  consider(view_timer_.deadline());
  consider(behind_deadline_);
  if (settings_.members.set.size() > 1) consider(next_report_);
  if (held_until_) consider(at_wall(*held_until_));
  const TimeMs heartbeat = last_block_time().plus(settings_.heartbeat_ms);
  if (heartbeat > now_.wall) consider(at_wall(heartbeat));
  if (due_ && *due_ > now_.wall) consider(at_wall(*due_));
  return next;
}

}  // namespace generion::consensus
