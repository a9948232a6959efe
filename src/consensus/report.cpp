// STATUS: each replica says from time to time what it holds, and gets what it lacks. Nothing else
// is ever said again, so any message may be lost.
#include <algorithm>

#include "consensus/replica.h"

namespace generion::consensus {
namespace {

// Heights for which one STATUS is answered with votes; the rest follows on the next.
constexpr std::size_t kRepeatHeightsMax = 32;

}  // namespace

MemberBits Replica::members_with(const auto& messages, const auto& is_meant) const {
  MemberBits out;
  for (const auto& [sender, message] : messages) {
    const auto place = settings_.members.set.index_of(sender);
    if (place && is_meant(message)) out.set(*place);
  }
  return out;
}

StatusReport Replica::report() const {
  StatusReport out;
  out.epoch = settings_.members.epoch;
  out.view = view_;
  out.has_new_view = is_active_;
  out.stable = stable_height();
  out.executed = executed_;
  const auto is_here = [&](const auto& message) { return message.view == view_; };
  out.complaints = members_with(complaints_, is_here);
  out.view_changes = members_with(view_changes_, is_here);
  for (auto entry = slots_.upper_bound(stable_height()); entry != slots_.end(); ++entry) {
    const auto& [height, slot] = *entry;
    if (height > high()) break;
    HeldVotes held{height, slot.choice || slot.proposals.contains(view_), {}, {}, {}};
    held.prepares = members_with(slot.prepares, is_here);
    held.commits = members_with(slot.commits, is_here);
    held.seals = members_with(slot.seals, [](const Seal&) { return true; });
    out.held.push_back(held);
  }
  if (!is_resumed_) out.recovering_since = started_at_;
  out.sender = settings_.self;
  return out;
}

void Replica::on_message(const StatusReport& theirs) {
  if (theirs.recovering_since) out_.reply.push_back({theirs.sender, echo(theirs)});
  if (!is_resumed_) return;
  Monotonic& next = next_repeat_[theirs.sender];
  if (now_.monotonic < next) return;
  next = now_.monotonic.plus(settings_.status_ms / 2);
  if (stable_ && theirs.stable < stable_height()) {
    out_.reply.push_back({theirs.sender, StableReport{*stable_, settings_.self}});
  }
  repeat_view(theirs);
  if (theirs.view == view_) repeat_votes(theirs);
}

void Replica::on_message(const StableReport& message) {
  learn_certified(message.stable);
}

void Replica::repeat_view(const StatusReport& theirs) {
  if (theirs.view > view_) return;
  const auto place = settings_.members.set.index_of(settings_.self);
  const bool is_behind = theirs.view < view_;
  const auto repeat = [&](const auto& messages, const MemberBits& held) {
    const auto own = messages.find(settings_.self);
    if (own == messages.end() || own->second.view != view_) return;
    if (is_behind || !held[*place]) out_.reply.push_back({theirs.sender, own->second});
  };
  repeat(complaints_, theirs.complaints);
  if (new_view_ && (is_behind || !theirs.has_new_view)) {
    out_.reply.push_back({theirs.sender, *new_view_});
  } else if (!is_active_) {
    repeat(view_changes_, theirs.view_changes);
  }
}

void Replica::repeat_votes(const StatusReport& theirs) {
  std::size_t heights = 0;
  auto held = theirs.held.begin();
  for (auto entry = slots_.upper_bound(theirs.stable); entry != slots_.end(); ++entry) {
    const Height height = entry->first;
    if (height > theirs.stable.plus(limits::kLogHeights)) return;
    held = std::find_if(held, theirs.held.end(),
                        [&](const HeldVotes& other) { return other.height >= height; });
    const bool is_listed = held != theirs.held.end() && held->height == height;
    const std::size_t said = repeat_votes(
        entry->second, is_listed ? *held : HeldVotes{height, false, {}, {}, {}}, theirs);
    if (said > 0 && ++heights == kRepeatHeightsMax) return;
  }
}

// How many messages that took.
std::size_t Replica::repeat_votes(const Slot& slot, const HeldVotes& held,
                                  const StatusReport& theirs) {
  const std::size_t before = out_.reply.size();
  const std::size_t place = *settings_.members.set.index_of(settings_.self);
  const auto say = [&](Message message) {
    out_.reply.push_back({theirs.sender, std::move(message)});
  };
  // Whoever has executed the height needs its seals only.
  if (held.height > theirs.executed) {
    if (!held.has_proposal) {
      if (const auto proposal = slot.proposals.find(view_); proposal != slot.proposals.end()) {
        say(proposal->second);
      } else if (is_primary() && slot.choice && slot.choice->basis == Choice::Basis::proposed) {
        say(PrePrepare{view_, *slot.candidate(slot.choice->digest)->batch, settings_.self, {}});
      }
    }
    const auto repeat = [&](const auto& votes, const MemberBits& theirs_held) {
      const auto own = votes.find(settings_.self);
      if (own == votes.end() || own->second.view != view_ || theirs_held[place]) return;
      say(own->second);
    };
    repeat(slot.prepares, held.prepares);
    repeat(slot.commits, held.commits);
  }
  const auto seal = slot.seals.find(settings_.self);
  if (seal != slot.seals.end() && !held.seals[place]) {
    say(SealVote{settings_.members.epoch, seal->second});
  }
  return out_.reply.size() - before;
}

}  // namespace generion::consensus
