// The primary's side, and the times of the blocks to be. A block's time is its batch's, or the
// parent's plus one if that is later, so it is known before anything is executed.
#include <fmt/core.h>

#include <algorithm>

#include "base/limits.h"
#include "consensus/replica.h"

namespace generion::consensus {

Height Replica::base() const {
  return std::max(stable_height(), height_of(plan_.stable, settings_.members.start));
}

TimeMs Replica::base_time() const {
  if (stable_ && stable_height() == base()) return stable_->header.time;
  return plan_.stable ? plan_.stable->header.time : settings_.start_time;
}

std::optional<TimeMs> Replica::time_after(const Slot* slot, TimeMs before) const {
  if (slot == nullptr) return std::nullopt;
  if (slot->header) return slot->header->time;
  if (!slot->choice) return std::nullopt;
  const Candidate* held = slot->candidate(slot->choice->digest);
  if (held == nullptr) return std::nullopt;
  return std::max(held->batch->time, before.next());
}

std::optional<TimeMs> Replica::time_before(Height height) const {
  TimeMs time = base_time();
  for (Height below = base().next(); below < height; below = below.next()) {
    const auto next = time_after(find_slot(below), time);
    if (!next) return std::nullopt;
    time = *next;
  }
  return time;
}

Height Replica::proposal_height() const {
  Height height = base().next();
  for (const Slot* slot = find_slot(height); slot != nullptr && slot->choice;
       slot = find_slot(height)) {
    height = height.next();
  }
  if (!plan_.batches.empty()) height = std::max(height, plan_.batches.back().height.next());
  return height;
}

ProposalWish Replica::proposal_wish() const {
  if (!can_vote() || !is_active_ || !is_primary() || leads_durable_ != view_) {
    return ProposalWish::none;
  }
  const Height height = proposal_height();
  if (height <= executed_ || height > high() || height > executed_.plus(settings_.window))
    return ProposalWish::none;
  if (!time_before(height)) return ProposalWish::none;
  for (const auto& [proposed, size] : in_flight_) {
    if (size == BatchSize::below_fill) return ProposalWish::full_batch;
  }
  return ProposalWish::any_batch;
}

Result<void> Replica::check_proposal(const Batch& batch, BatchSize size) const {
  switch (proposal_wish()) {
    case ProposalWish::none:
      return fail(Code::not_ready, "no proposal is wanted now; status().wants_proposal tells when");
    case ProposalWish::full_batch:
      if (size == BatchSize::full) break;
      return fail(Code::not_ready, "a batch below batch_fill is in flight; the next must be full");
    case ProposalWish::any_batch:
      break;
  }
  if (batch.ids.size() > limits::kBatchTransactionsMax) {
    return fail(Code::too_many, fmt::format("a batch of {} transactions; at most {} are allowed",
                                            batch.ids.size(), limits::kBatchTransactionsMax));
  }
  std::vector<TxId> ids = batch.ids;
  std::sort(ids.begin(), ids.end());
  if (std::adjacent_find(ids.begin(), ids.end()) != ids.end()) {
    return fail(Code::bad_argument, "a transaction stands twice in the batch");
  }
  const auto before = time_before(batch.height);
  if (!before || check_time(batch, *before) != TimeVerdict::acceptable) {
    return fail(
        Code::bad_argument,
        fmt::format("time {} of a batch of {}; it must be at least {}, near the clock's {}, "
                    "and for an empty batch {} ms after the one before",
                    batch.time.value(), batch.ids.size(), before.value_or(TimeMs(0)).next().value(),
                    now_.wall.value(), settings_.empty_gap_ms));
  }
  return {};
}

Result<Actions> Replica::propose(TimeMs time, std::vector<TxId> ids, BatchSize size) {
  const Height height = proposal_height();
  Batch batch{settings_.members.epoch, height, settings_.self, time, std::move(ids)};
  if (auto ok = check_proposal(batch, size); !ok) return fail(ok.error());
  Slot& slot = *slot_at(height);
  const Hash digest = batch_digest(settings_.members.chain, batch);
  out_.send.push_back(PrePrepare{view_, batch, settings_.self, {}});
  slot.candidates[digest] = {std::make_shared<const Batch>(std::move(batch)), true};
  slot.choice = Choice{digest, Choice::Basis::proposed, true};
  in_flight_[height] = size;
  advance(height, slot);
  return finish();
}

}  // namespace generion::consensus
