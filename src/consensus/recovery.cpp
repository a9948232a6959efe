// After a start a replica asks the others what they have heard from it, and says nothing before
// q - 1 have answered: a vote that its journal lacks means that the journal is an old copy, or that
// a second machine has its key. Only what it has signed proves that; nobody's word does.
#include "consensus/replica.h"

namespace generion::consensus {

Actions Replica::start(Now now) {
  now_ = now;
  started_at_ = now.wall;
  count_echoes();
  if (!is_resumed_) {
    out_.send.emplace_back(report());
    next_report_ = now.monotonic.plus(settings_.status_ms);
  }
  return finish();
}

Echo Replica::echo(const StatusReport& asked) const {
  Echo out{asked.epoch,   asked.recovering_since.value_or(TimeMs(0)), asked.sender, {}, {},
           settings_.self};
  for (const auto& [height, slot] : slots_) {
    const auto vote = slot.prepares.find(asked.sender);
    if (vote != slot.prepares.end() && out.prepares.size() < limits::kLogHeights) {
      out.prepares.push_back(vote->second);
    }
  }
  const auto change = view_changes_.find(asked.sender);
  if (change != view_changes_.end()) out.view_change = change->second;
  return out;
}

void Replica::on_message(const Echo& message) {
  if (is_resumed_ || message.of != settings_.self) return;
  if (message.recovering_since != started_at_) return;
  for (const Prepare& vote : message.prepares) on_own_word(vote);
  if (message.view_change) on_own_word(*message.view_change);
  echoed_.insert(message.sender);
  count_echoes();
}

void Replica::count_echoes() {
  if (echoed_.size() + 1 >= quorum() && !has_lost_votes_) resume();
}

// A message of this replica that came from somebody else.
void Replica::on_own_word(const Message& message) {
  if (const auto* prepare = std::get_if<Prepare>(&message); prepare && !is_remembered(*prepare)) {
    has_lost_votes_ = true;
  }
  if (const auto* change = std::get_if<ViewChange>(&message); change && !is_remembered(*change)) {
    has_lost_votes_ = true;
  }
}

bool Replica::is_remembered(const Prepare& vote) const {
  if (vote.epoch > settings_.members.epoch) return false;
  if (vote.epoch < settings_.members.epoch || vote.height <= stable_height()) return true;
  const Slot* slot = find_slot(vote.height);
  if (slot == nullptr || !slot->prepare_asked || *slot->prepare_asked < vote.view) return false;
  const auto own = slot->prepares.find(settings_.self);
  return own == slot->prepares.end() || own->second.view != vote.view ||
         own->second.digest == vote.digest;
}

// One of an earlier view may be gone from the journal.
bool Replica::is_remembered(const ViewChange& vote) const {
  if (vote.epoch > settings_.members.epoch) return false;
  if (vote.epoch < settings_.members.epoch || vote.view < view_) return true;
  const auto own = view_changes_.find(settings_.self);
  return own != view_changes_.end() && own->second == vote;
}

}  // namespace generion::consensus
