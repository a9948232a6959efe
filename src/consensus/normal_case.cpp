// PRE-PREPARE, PREPARE, COMMIT (Castro and Liskov 1999, section 4.2).
#include <algorithm>

#include "base/mutant.h"
#include "consensus/replica.h"

namespace generion::consensus {

void Replica::on_message(const PrePrepare& message) {
  // Of later views only the next one's: each has one primary, so a peer cannot fill memory with
  // them.
  if (message.view < view_ || message.view > view_.next()) return;
  if (message.sender != primary(message.view)) return;
  Slot* slot = slot_at(message.batch.height);
  if (slot == nullptr) return;
  const auto [held, is_new] = slot->proposals.try_emplace(message.view, message);
  if (is_new) return accept_proposals();
  if (held->second.batch == message.batch) return;
  if (GENERION_MUTANT(second_proposal_accepted)) *slot = Slot{{{message.view, message}}};
  report(message.sender, held->second, message);
  if (message.view != view_) return;
  leave_to(view_.next(), {}, conflict_of(settings_.members.chain, held->second, message));
}

void Replica::on_message(const Prepare& message) {
  Slot* slot = slot_at(message.height);
  if (slot == nullptr) return;
  const auto [held, is_new] = slot->prepares.try_emplace(message.sender, message);
  if (!is_new) {
    const bool is_same_view =
        message.view == held->second.view || GENERION_MUTANT(evidence_of_any_view);
    if (is_same_view && message.digest != held->second.digest) {
      report(message.sender, held->second, message);
    }
    if (message.view <= held->second.view) return;
    held->second = message;
  }
  advance(message.height, *slot);
}

void Replica::on_message(const Commit& message) {
  Slot* slot = slot_at(message.height);
  if (slot == nullptr) return;
  const auto [held, is_new] = slot->commits.try_emplace(message.sender, message);
  if (!is_new) {
    if (message.view <= held->second.view) return;
    held->second = message;
  }
  advance(message.height, *slot);
}

// Strictly in the order of heights: the first that is missing, too early or refused stops all above
// it.
void Replica::accept_proposals() {
  held_until_.reset();
  if (!is_active_ || !can_vote()) return;
  TimeMs before = base_time();
  for (Height height = base().next(); height <= high(); height = height.next()) {
    const auto found = slots_.find(height);
    if (found == slots_.end()) return;
    Slot& slot = found->second;
    if (!slot.choice) {
      const auto proposal = slot.proposals.find(view_);
      if (proposal == slot.proposals.end() || slot.is_refused) return;
      switch (check_time(proposal->second.batch, before)) {
        case TimeVerdict::acceptable:
          break;
        case TimeVerdict::when_time_comes:
          held_until_ = TimeMs(proposal->second.batch.time.value() - settings_.drift_ahead_ms);
          return;
        case TimeVerdict::when_executed:
          return;
        case TimeVerdict::never:
          slot.is_refused = true;
          return;
      }
      accept(height, slot, proposal->second);
    }
    const auto time = time_after(&slot, before);
    if (!time) return;
    before = *time;
  }
}

void Replica::accept(Height height, Slot& slot, const PrePrepare& proposal) {
  const Hash digest = batch_digest(settings_.members.chain, proposal.batch);
  if (slot.settled().value_or(digest) != digest) {
    slot.is_refused = true;
    return;
  }
  Candidate& held = slot.candidates[digest];
  if (!held.batch) held.batch = std::make_shared<const Batch>(proposal.batch);
  const bool is_empty = proposal.batch.ids.empty();
  if (is_empty) held.has_bodies = true;
  // Bodies that were kept from before were checked before they were voted for.
  slot.choice = Choice{digest, Choice::Basis::proposed, held.has_bodies};
  if (!held.has_bodies) {
    out_.fetch.push_back(CheckBatch{held.batch, digest, proposal.sender});
  }
  advance(height, slot);
}

Replica::TimeVerdict Replica::check_time(const Batch& batch, TimeMs before) const {
  if (GENERION_MUTANT(time_unchecked)) return TimeVerdict::acceptable;
  if (batch.time <= before) return TimeVerdict::never;
  const std::uint64_t gap = batch.time.value() - before.value();
  const bool is_due = due_ && *due_ <= batch.time;
  if (batch.ids.empty() && !is_due && !is_closing() && gap < settings_.empty_gap_ms) {
    // The block before may close the epoch, or make something due.
    return due_as_of_.next() < batch.height ? TimeVerdict::when_executed : TimeVerdict::never;
  }
  if (batch.time > now_.wall) {
    const std::uint64_t ahead = batch.time.value() - now_.wall.value();
    return ahead > settings_.drift_ahead_ms ? TimeVerdict::when_time_comes
                                            : TimeVerdict::acceptable;
  }
  const std::uint64_t behind = now_.wall.value() - batch.time.value();
  return behind > settings_.drift_behind_ms ? TimeVerdict::never : TimeVerdict::acceptable;
}

Actions Replica::batch_checked(Height height, const Hash& digest, BatchVerdict verdict) {
  Slot* slot = slot_at(height);
  if (slot == nullptr) return finish();
  const auto found = slot->candidates.find(digest);
  if (found == slot->candidates.end()) return finish();
  const bool is_chosen = slot->choice && slot->choice->digest == digest;
  switch (verdict) {
    case BatchVerdict::valid:
      found->second.has_bodies = true;
      if (is_chosen) slot->choice->is_valid = true;
      break;
    case BatchVerdict::invalid:
      if (is_chosen && slot->choice->basis == Choice::Basis::proposed) slot->is_refused = true;
      break;
  }
  advance(height, *slot);
  accept_proposals();
  return finish();
}

Actions Replica::fetched(const Batch& batch) {
  Slot* slot = batch.epoch == settings_.members.epoch ? slot_at(batch.height) : nullptr;
  if (slot == nullptr) return finish();
  const Hash digest = batch_digest(settings_.members.chain, batch);
  if (slot->fetching.erase(digest) == 0) return finish();
  slot->candidates[digest] = {std::make_shared<const Batch>(batch), true};
  advance(batch.height, *slot);
  accept_proposals();
  return finish();
}

// What is committed binds all later views. An earlier view, in which this replica may still be, can
// well have prepared something else: COMMITs settle a height here whatever their view, so it is no
// contradiction.
bool Replica::is_settled_otherwise(Height height, const Slot& slot, const Hash& digest) {
  if (slot.settled().value_or(digest) == digest) return false;
  if (slot.committed_view && *slot.committed_view < view_) {
    diverge(Divergence::Kind::agreement_broken, height);
  }
  return true;
}

void Replica::prescribe(Height height, Slot& slot, const Prescribed& prescribed) {
  const Hash& digest = prescribed.digest;
  if (is_settled_otherwise(height, slot, digest)) return;
  slot.choice = Choice{digest, Choice::Basis::prescribed, true};
  const Batch null = null_batch(settings_.members.epoch, height);
  if (digest == batch_digest(settings_.members.chain, null)) {
    slot.candidates[digest] = {std::make_shared<const Batch>(null), true};
  }
  fetch_batch(height, slot, digest, prescribed.holders);
}

// Heights of the plan above the high watermark wait for it to rise.
void Replica::apply_plan() {
  for (const Prescribed& prescribed : plan_.batches) {
    Slot* slot = slot_at(prescribed.height);
    if (slot != nullptr && !slot->choice) prescribe(prescribed.height, *slot, prescribed);
  }
}

void Replica::fetch_batch(Height height, Slot& slot, const Hash& digest,
                          std::vector<PublicKey> holders) {
  if (slot.has_bodies(digest) || !slot.fetching.insert(digest).second) return;
  std::erase(holders, settings_.self);
  const Candidate* held = slot.candidate(digest);
  out_.fetch.push_back(
      FetchBatch{height, digest, std::move(holders), held == nullptr ? nullptr : held->batch});
}

void Replica::advance_all() {
  for (auto& [height, slot] : slots_) advance(height, slot);
}

void Replica::advance(Height height, Slot& slot) {
  count_prepares(height, slot);
  if (is_active_ && slot.choice && slot.choice->is_valid && slot.has_bodies(slot.choice->digest) &&
      slot.prepare_asked != view_) {
    slot.prepare_asked = view_;
    ask_vote(
        Prepare{settings_.members.epoch, view_, height, slot.choice->digest, settings_.self, {}},
        slot.candidate(slot.choice->digest)->batch);
  }
  count_commits(height, slot);
  execute_ready();
}

// A quorum's PREPAREs bind this replica too, whatever it thinks of the proposal or has PREPAREd
// itself: no other digest can be prepared in this view, and f + 1 honest members have found it
// valid and hold its bodies.
void Replica::count_prepares(Height height, Slot& slot) {
  if (!is_active_ || !can_vote()) return;
  const Epoch epoch = settings_.members.epoch;
  if (!slot.prepared || slot.prepared->view < view_) {
    const auto digest = slot.prepared_digest(view_, quorum());
    if (!digest || is_settled_otherwise(height, slot, *digest)) return;
    slot.prepared = slot.certificate_of(view_, *digest, epoch, height);
    follow_certificate(height, slot);
    if (!GENERION_MUTANT(prepared_not_journalled)) ask(Prepared{*slot.prepared});
  }
  if (slot.prepared->view != view_ || slot.commit_asked == view_) return;
  if (is_settled_otherwise(height, slot, slot.prepared->digest)) return;
  slot.commit_asked = view_;
  ask_vote(Commit{epoch, view_, height, slot.prepared->digest, settings_.self});
}

void Replica::follow_certificate(Height height, Slot& slot) {
  Prescribed prescribed{height, slot.prepared->digest, {}};
  for (const Certificate::Signer& signer : slot.prepared->signers) {
    prescribed.holders.push_back(signer.key);
  }
  prescribe(height, slot, prescribed);
}

void Replica::count_commits(Height height, Slot& slot) {
  const auto found = slot.committed_digest(quorum());
  if (!found) return;
  const auto& [view, digest] = *found;
  if (slot.settled().value_or(digest) != digest) {
    return diverge(Divergence::Kind::agreement_broken, height);
  }
  slot.committed = digest;
  slot.committed_view = std::min(slot.committed_view.value_or(view), view);
  if (slot.header) return;
  std::vector<PublicKey> holders;
  for (const auto& [sender, vote] : slot.commits) {
    if (vote.digest == digest) holders.push_back(sender);
  }
  fetch_batch(height, slot, digest, std::move(holders));
}

}  // namespace generion::consensus
