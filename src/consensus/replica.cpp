#include "consensus/replica.h"

#include <algorithm>

#include "base/assert.h"
#include "base/limits.h"
#include "base/mutant.h"
#include "consensus/quorum.h"

namespace generion::consensus {
namespace {

// Before it has resumed, others' votes are nothing to a replica; but the certificate by which its
// epoch ended may be all that it ever gets, where nobody is left in the epoch to answer with ECHO.
bool is_heard_while_recovering(const Message& message) {
  return std::holds_alternative<StatusReport>(message) || std::holds_alternative<Echo>(message) ||
         std::holds_alternative<StableReport>(message);
}

}  // namespace

Replica::Replica(Settings settings, const Restored& restored)
    : settings_(std::move(settings)), view_timer_(settings_.timeout_ms, settings_.timeout_max_ms) {
  GENERION_ASSERT(settings_.members.set.index_of(settings_.self));
  GENERION_ASSERT(settings_.window > 0);
  restore(restored);
  update_status();
}

Actions Replica::step(const Verified<Message>& message) {
  const bool is_own = sender_of(message.value()) == settings_.self;
  const bool is_durable = message.origin() == Origin::own_durable;
  GENERION_ASSERT(is_own || !is_durable);
  const bool is_foreign = epoch_of(message.value()) != settings_.members.epoch;
  if (is_foreign && !GENERION_MUTANT(foreign_epoch_counted)) return finish();
  if (is_own && !is_durable) {
    on_own_word(message.value());
  } else if (is_resumed_ || is_heard_while_recovering(message.value())) {
    std::visit([&](const auto& held) { on_message(held); }, message.value());
  }
  return finish();
}

Actions Replica::durable(Token token) {
  if (const auto found = leads_tokens_.find(token); found != leads_tokens_.end()) {
    leads_durable_ = std::max(leads_durable_.value_or(View(0)), found->second);
    leads_tokens_.erase(found);
  }
  return finish();
}

Actions Replica::set_work(bool has_work) {
  runner_has_work_ = has_work;
  return finish();
}

Actions Replica::set_due(Height as_of, std::optional<TimeMs> due) {
  due_ = due;
  due_as_of_ = as_of;
  accept_proposals();
  return finish();
}

Actions Replica::close(Height last_height) {
  GENERION_ASSERT(last_height >= executed_ && last_height <= settings_.last_height);
  if (!GENERION_MUTANT(epoch_end_ignored)) settings_.last_height = last_height;
  accept_proposals();
  return finish();
}

Actions Replica::on_censorship() {
  if (is_active_ && !is_primary()) complain(ComplaintReason::censorship);
  return finish();
}

Actions Replica::tick(Now now) {
  now_ = now;
  run_timers();
  return finish();
}

Actions Replica::finish() {
  view_timer_.on_work(has_work() && complaint_asked_ != view_ && can_vote(), now_.monotonic);
  if (certified_ <= execute_asked_) {
    behind_deadline_.reset();
  } else if (!behind_deadline_) {
    behind_deadline_ = now_.monotonic.plus(settings_.catch_up_ms);
  }
  update_status();
  out_.set_timer = next_deadline();
  out_.status = status_;
  return std::exchange(out_, Actions{});
}

void Replica::update_status() {
  status_.view = view_;
  status_.active = is_active_;
  status_.primary = primary(view_);
  status_.stable = stable_height();
  status_.executed = executed_;
  status_.high = high();
  status_.certified = certified_;
  status_.wants_proposal = proposal_wish();
  status_.proposal_height = proposal_height();
  const auto before = time_before(status_.proposal_height);
  status_.proposal_time_min = before ? before->next() : TimeMs(0);
  status_.is_heartbeat_due = is_heartbeat_due();
  status_.has_complained = complaint_asked_ == view_;
  status_.is_closing = is_closing();
  status_.is_over = stable_height() == settings_.last_height;
  status_.is_recovering = !is_resumed_;
  status_.has_lost_votes = has_lost_votes_;
  status_.divergence = divergence_;
}

Height Replica::stable_height() const {
  return height_of(stable_, settings_.members.start);
}

Height Replica::high() const {
  if (GENERION_MUTANT(watermark_ignored)) return settings_.last_height;
  return std::min(settings_.last_height, stable_height().plus(limits::kLogHeights));
}

Slot* Replica::slot_at(Height height) {
  if (height <= stable_height() || height > high()) return nullptr;
  return &slots_[height];
}

const Slot* Replica::find_slot(Height height) const {
  const auto found = slots_.find(height);
  return found == slots_.end() ? nullptr : &found->second;
}

Token Replica::ask(JournalEntry entry, BatchPtr batch) {
  last_token_ = last_token_.next();
  out_.persist.push_back({last_token_, std::move(entry), std::move(batch)});
  return last_token_;
}

void Replica::ask_vote(Message message, BatchPtr batch) {
  if (can_vote()) ask(OwnVote{std::move(message)}, std::move(batch));
}

void Replica::diverge(Divergence::Kind kind, Height height) {
  if (divergence_) return;
  Divergence found{kind, height, std::nullopt, {}};
  if (const Slot* slot = find_slot(height)) {
    if (slot->header) found.own_block = slot->block;
    for (const auto& [signer, seal] : slot->seals) found.seals.push_back(seal);
  }
  divergence_ = std::move(found);
}

void Replica::report(const PublicKey& culprit, Message first, Message second) {
  const auto [last, is_new] = reported_.try_emplace(culprit, view_);
  if (!is_new && last->second == view_) return;
  last->second = view_;
  out_.evidence.push_back({culprit, std::move(first), std::move(second)});
}

bool Replica::is_primary() const {
  return primary(view_) == settings_.self;
}

const PublicKey& Replica::primary(View view) const {
  return primary_of(settings_.members.set, settings_.members.epoch, view);
}

std::size_t Replica::quorum() const {
  if (GENERION_MUTANT(quorum_too_small)) return quorum_size(settings_.members.set.size()) - 1;
  return quorum_size(settings_.members.set.size());
}

}  // namespace generion::consensus
