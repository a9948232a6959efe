// COMPLAINT, VIEW-CHANGE, NEW-VIEW (Castro and Liskov 1999, section 4.4; complaints are this
// protocol's own).
#include <algorithm>

#include "base/assert.h"
#include "base/mutant.h"
#include "consensus/quorum.h"
#include "consensus/replica.h"

namespace generion::consensus {
namespace {

// The n-th highest of the members' views; nullopt with fewer members.
template <class T>
std::optional<View> nth_highest_view(const std::map<PublicKey, T>& messages, std::size_t n) {
  if (messages.size() < n) return std::nullopt;
  std::vector<View> views;
  for (const auto& [sender, message] : messages) views.push_back(message.view);
  std::nth_element(views.begin(), views.begin() + static_cast<std::ptrdiff_t>(n - 1), views.end(),
                   std::greater<>());
  return views[n - 1];
}

template <class T>
bool says_the_same(T left, T right) {
  left.signature = right.signature;
  return left == right;
}

}  // namespace

void Replica::complain(ComplaintReason reason) {
  if (complaint_asked_ == view_ && reason != ComplaintReason::restarted_primary) return;
  complaint_asked_ = view_;
  ask_vote(Complaint{settings_.members.epoch, view_, reason, settings_.self, {}});
}

void Replica::on_message(const Complaint& message) {
  const auto [held, is_new] = complaints_.try_emplace(message.sender, message);
  if (!is_new) {
    const bool is_newer = message.view > held->second.view;
    const bool is_stronger =
        message.view == held->second.view && message.reason == ComplaintReason::restarted_primary;
    if (!is_newer && !is_stronger) return;
    held->second = message;
  }
  count_complaints();
}

void Replica::count_complaints() {
  const auto own = complaints_.find(primary(view_));
  if (own != complaints_.end() && own->second.view == view_ &&
      own->second.reason == ComplaintReason::restarted_primary) {
    return leave_to(view_.next(), {own->second});
  }
  const std::size_t needed =
      GENERION_MUTANT(complaint_alone_suffices) ? 1 : honest_quorum(settings_.members.set.size());
  const auto left = nth_highest_view(complaints_, needed);
  if (!left || *left < view_) return;
  std::vector<Complaint> justification;
  for (const auto& [sender, complaint] : complaints_) {
    if (complaint.view >= *left) justification.push_back(complaint);
  }
  justification.resize(needed);
  leave_to(left->next(), std::move(justification));
}

void Replica::leave_to(View view, std::vector<Complaint> justification,
                       std::optional<ConflictingProposals> proof) {
  GENERION_ASSERT(view > view_);
  move_to(view);
  ViewChange out{settings_.members.epoch, view_,          stable_, {}, std::move(justification),
                 std::move(proof),        settings_.self, {}};
  for (const auto& [height, slot] : slots_) {
    if (slot.prepared && !GENERION_MUTANT(prepared_left_out))
      out.prepared.push_back(*slot.prepared);
  }
  ask_vote(std::move(out));
  count_view_changes();
  if (view_ == view) count_complaints();
}

void Replica::move_to(View view) {
  view_ = view;
  is_active_ = GENERION_MUTANT(votes_without_new_view);
  new_view_.reset();
  plan_ = {};
  in_flight_.clear();
  held_until_.reset();
  view_timer_.on_view_left();
  for (auto& [height, slot] : slots_) slot.on_view_moved(view_);
}

// The complaints in it may move this replica to any later view, since one of them is honest. A
// primary's own moves only those that are in its view; others wait for f + 1 members to be there.
void Replica::on_message(const ViewChange& message) {
  const auto [held, is_new] = view_changes_.try_emplace(message.sender, message);
  if (!is_new) {
    if (message.view == held->second.view && !says_the_same(message, held->second)) {
      report(message.sender, held->second, message);
    }
    if (message.view <= held->second.view) return;
    held->second = message;
  }
  if (message.stable && message.sender != settings_.self) learn_certified(*message.stable);
  const std::size_t needed = honest_quorum(settings_.members.set.size());
  const bool is_proof = message.justification.size() >= needed;
  if (message.view == view_.next() || (is_proof && message.view > view_)) {
    return leave_to(message.view, message.justification, message.proof);
  }
  count_view_changes();
}

void Replica::count_view_changes() {
  const auto joined = nth_highest_view(view_changes_, honest_quorum(settings_.members.set.size()));
  if (joined && *joined > view_) {
    const auto found = std::find_if(view_changes_.begin(), view_changes_.end(),
                                    [&](const auto& held) { return held.second.view == *joined; });
    return leave_to(*joined, found->second.justification, found->second.proof);
  }
  const bool has_led =
      leads_asked_.value_or(View(0)) >= view_ && !GENERION_MUTANT(new_view_sent_twice);
  if (is_active_ || !is_primary() || has_led) return;
  std::vector<ViewChange> quorum_of;
  for (const auto& [sender, change] : view_changes_) {
    if (change.view == view_ && quorum_of.size() < quorum()) quorum_of.push_back(change);
  }
  if (quorum_of.size() < quorum()) return;
  lead();
  ask_vote(NewView{settings_.members.epoch, view_, std::move(quorum_of), settings_.self, {}});
}

void Replica::lead() {
  leads_asked_ = view_;
  leads_tokens_[ask(Leads{settings_.members.epoch, view_})] = view_;
}

void Replica::on_message(const NewView& message) {
  if (message.view < view_) return;
  if (message.view == view_ && is_active_) {
    if (new_view_ && !says_the_same(message, *new_view_)) {
      report(message.sender, *new_view_, message);
    }
    return;
  }
  for (const ViewChange& change : message.view_changes) {
    if (change.sender == settings_.self) on_own_word(change);
  }
  if (message.sender != settings_.self) ask(EnteredView{message});
  enter(message);
}

void Replica::enter(const NewView& message) {
  if (message.view > view_) move_to(message.view);
  is_active_ = true;
  new_view_ = message;
  plan_ = new_view_plan(settings_.members, message.view_changes);
  if (GENERION_MUTANT(new_view_not_recomputed)) plan_.batches.clear();
  view_timer_.on_view_entered();
  if (plan_.stable) learn_certified(CertifiedHeader(*plan_.stable));
  apply_plan();
  advance_all();
  accept_proposals();
}

}  // namespace generion::consensus
