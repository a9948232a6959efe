// A machine's life, its inputs, its proposals.
#include "machine.h"

#include <fmt/core.h>

#include <algorithm>

#include "broken.h"
#include "contract/due.h"

namespace generion::sim {

using consensus::Actions;
using consensus::BatchSize;
using consensus::ProposalWish;
using consensus::Replica;

Machine::Machine(Surroundings& surroundings, Identity identity)
    : surroundings_(surroundings),
      identity_(std::move(identity)),
      signer_(surroundings.world().signers[identity_.member]) {
  disk_.state.emplace(surroundings.world().genesis);
}

consensus::Now Machine::clock() const {
  const std::uint64_t now = surroundings_.now_ms();
  const auto wall = static_cast<std::int64_t>(kWallStart + now) + identity_.skew_ms;
  return {TimeMs(static_cast<std::uint64_t>(wall)), consensus::Monotonic(now + 1)};
}

void Machine::later(std::uint64_t delay_ms, std::function<void()> action) {
  surroundings_.after(delay_ms, [this, life = life_, action = std::move(action)] {
    if (life_ == life && is_up()) action();
  });
}

void Machine::trace(const std::string& text) const {
  surroundings_.trace().add({surroundings_.now_ms(), identity_.name, "", text});
}

// The state on disk is older than the blocks: those are executed again, to the same end.
void Machine::restore_ledger() {
  ledger_ = disk_.state;
  for (auto at = disk_.blocks.upper_bound(ledger_->height()); at != disk_.blocks.end(); ++at) {
    const ledger::ExecutedBlock& stored = *at->second;
    const StoredBatch& bodies = disk_.batches.at(stored.header.batch_digest);
    const auto again = executed(bodies);
    if (again->header != stored.header) throw Broken("executed again, a block is another");
    ledger_->apply(*again);
  }
}

consensus::Restored Machine::restored() const {
  consensus::Restored out;
  if (disk_.stable && disk_.stable->header.epoch == members_.epoch) out.stable = disk_.stable;
  out.entries = disk_.journal;
  const Height stable = consensus::height_of(out.stable, members_.start);
  for (auto at = disk_.blocks.upper_bound(stable); at != disk_.blocks.end(); ++at) {
    out.executed.push_back(at->second->header);
  }
  for (const auto& [digest, stored] : disk_.batches) {
    if (stored.batch.height > stable) out.batches.push_back(stored.batch);
  }
  return out;
}

void Machine::boot() {
  ++life_;
  is_up_ = true;
  writing_.clear();
  bodies_.clear();
  pool_.clear();
  pool_order_.clear();
  waiting_.clear();
  is_flush_due_ = false;
  ticked_at_ = surroundings_.now_ms();
  restore_ledger();
  if (surroundings_.trace().is_on()) {
    trace(fmt::format("starts at height {} with {} journal entries", height().value(),
                      disk_.journal.size()));
  }
  know_epochs();
  enter_epoch();
}

void Machine::crash() {
  const std::size_t survives = surroundings_.random().below(writing_.size() + 1);
  if (surroundings_.trace().is_on()) {
    trace(fmt::format("crashes; {} of {} unsynced writes survive", survives, writing_.size()));
  }
  for (std::size_t i = 0; i < survives; ++i) write(writing_[i]);
  writing_.clear();
  replica_.reset();
  is_up_ = false;
  ++life_;
}

void Machine::input(const std::function<Actions(Replica&)>& call) {
  if (!replica_) return;
  if (ticked_at_ != surroundings_.now_ms()) {
    ticked_at_ = surroundings_.now_ms();
    carry_out(replica_->tick(clock()));
  }
  carry_out(call(*replica_));
  after_input();
  leave_epoch_if_over();
}

void Machine::after_input() {
  if (!replica_) return;
  if (const bool work = has_work(); work != told_work_) {
    told_work_ = work;
    carry_out(replica_->set_work(work));
  }
  try_propose();
}

void Machine::receive(const EnvelopePtr& envelope) {
  const auto members = epochs_.find(consensus::epoch_of(envelope->message));
  if (members == epochs_.end()) return;
  if (!envelope->verified) {
    envelope->verified =
        consensus::verify_message(members->second, envelope->message, envelope->channel);
  }
  if (!*envelope->verified) return;
  const auto* report = std::get_if<StatusReport>(&envelope->message);
  if (report != nullptr && report->epoch < members_.epoch) return answer_old(*report);
  const bool is_own = consensus::sender_of(envelope->message) == key();
  const bool is_memory = is_own || std::holds_alternative<Echo>(envelope->message);
  if (!identity_.is_honest && is_memory) return hear_of_itself(envelope->message);
  if (envelope->is_forged) surroundings_.checker().forgery_accepted(envelope->message);
  input([&](Replica& replica) { return replica.step(**envelope->verified); });
}

// A faulty machine does not care what it has said elsewhere.
void Machine::hear_of_itself(const Message& message) {
  const auto* echo = std::get_if<Echo>(&message);
  if (echo == nullptr) return;
  Echo empty = *echo;
  empty.prepares.clear();
  empty.view_change.reset();
  const auto verified = consensus::verify_message(epochs_.at(empty.epoch), empty, empty.sender);
  if (verified) input([&](Replica& replica) { return replica.step(*verified); });
}

void Machine::tell_due() {
  if (!replica_) return;
  const auto due = contract::next_due(*ledger_);
  input([&](Replica& replica) { return replica.set_due(height(), due); });
}

bool Machine::take(const TransactionPtr& transaction, const PublicKey& ingress) {
  const TxId& id = transaction->id;
  if (identity_.is_censor && is_passed_over(id)) return false;
  if (pool_.contains(id) || (*ledger_->find(id)).has_value()) return false;
  if (!verify_transaction(*transaction)) return false;
  pool_[id] = transaction;
  pool_order_.push_back(id);
  watch_->offered(id, ingress);
  return true;
}

bool Machine::is_passed_over(const TxId& id) const {
  const auto place = surroundings_.world().places.find(id);
  return place != surroundings_.world().places.end() && place->second % 3 == 1;
}

void Machine::watch_proposal(const Batch& batch) {
  if (!replica_ || batch.proposer != replica_->status().primary) return;
  watch_->proposed(batch.ids);
  if (!watch_->is_suspect()) return;
  input([](Replica& replica) { return replica.on_censorship(); });
}

void Machine::forget(const Batch& batch) {
  for (const TxId& id : batch.ids) {
    pool_.erase(id);
    std::erase(pool_order_, id);
    watch_->gone(id);
  }
}

void Machine::submit(const TransactionPtr& transaction) {
  const auto place = *ledger_->find(transaction->id);
  if (place) {
    if (identity_.is_wrong) return;  // a client does not believe it
    const auto stored = disk_.blocks.find(place->height);
    if (stored != disk_.blocks.end()) {
      surroundings_.told(transaction->id, place->height, stored->second->hash);
    }
    return;
  }
  waiting_.insert(transaction->id);
  if (take(transaction, key())) surroundings_.forward(*this, transaction);
  after_input();
}

void Machine::offer(const TransactionPtr& transaction, const PublicKey& ingress) {
  if (take(transaction, ingress)) after_input();
}

void Machine::repeat() {
  if (!replica_) return;
  const PublicKey primary = replica_->status().primary;
  if (primary == key()) return;
  for (const TxId& id : pool_order_) {
    surroundings_.forward_to(*this, primary, pool_.at(id));
  }
}

bool Machine::has_work() const {
  const TimeMs now = clock().wall;
  return std::any_of(pool_order_.begin(), pool_order_.end(),
                     [&](const TxId& id) { return pool_.at(id)->body.valid_until >= now; });
}

bool Machine::is_idle() const {
  if (!is_up() || has_work()) return false;
  if (!replica_) return !is_member() || !may_vote();
  return replica_->status().stable == replica_->status().executed;
}

const StoredBatch* Machine::batch(const Hash& digest) const {
  if (const auto found = bodies_.find(digest); found != bodies_.end()) return &found->second;
  const auto stored = disk_.batches.find(digest);
  return stored == disk_.batches.end() ? nullptr : &stored->second;
}

TransactionPtr Machine::transaction(const TxId& id) const {
  if (const auto found = pool_.find(id); found != pool_.end()) return found->second;
  for (const auto* batches : {&bodies_, &disk_.batches}) {
    for (const auto& [digest, stored] : *batches) {
      for (const TransactionPtr& held : stored.transactions) {
        if (held->id == id) return held;
      }
    }
  }
  return nullptr;
}

std::vector<TransactionPtr> Machine::choose(TimeMs time) const {
  std::vector<TransactionPtr> out;
  for (const TxId& id : pool_order_) {
    if (out.size() == surroundings_.plan().batch_max) break;
    const TransactionPtr& held = pool_.at(id);
    if (!in_flight_.contains(id) && held->body.valid_until >= time) out.push_back(held);
  }
  return out;
}

void Machine::try_propose() {
  if (!replica_) return;
  const consensus::Status& status = replica_->status();
  if (status.view != view_) {
    in_flight_.clear();
    watch_->on_view();
    for (const TxId& id : pool_order_) watch_->offered(id, key());
  }
  view_ = status.view;
  while (status.wants_proposal != ProposalWish::none) {
    const TimeMs time = std::max(clock().wall, status.proposal_time_min);
    std::vector<TransactionPtr> chosen = choose(time);
    // To its end an epoch is filled with empty batches, as quickly as may be.
    const bool is_full = chosen.size() == surroundings_.plan().batch_max || status.is_closing;
    if (status.wants_proposal == ProposalWish::full_batch && !is_full) return;
    if (chosen.empty() && !status.is_heartbeat_due && !status.is_closing) return;
    std::vector<TxId> ids;
    for (const TransactionPtr& transaction : chosen) ids.push_back(transaction->id);
    StoredBatch stored{{members_.epoch, status.proposal_height, key(), time, ids},
                       std::move(chosen)};
    const Hash digest = batch_digest(members_.chain, stored.batch);
    auto actions = replica_->propose(time, ids, is_full ? BatchSize::full : BatchSize::below_fill);
    if (!actions) return;
    bodies_.try_emplace(digest, std::move(stored));
    in_flight_.insert(ids.begin(), ids.end());
    led_ = view_;
    carry_out(std::move(*actions));
  }
}

}  // namespace generion::sim
