// What the replica wants done: journal, messages, execution, in the order of Actions' fields.
#include <fmt/core.h>

#include <algorithm>

#include "broken.h"
#include "machine.h"
#include "message_parts.h"
#include "mutants/mutants.h"

namespace generion::sim {

using consensus::OwnVote;
using consensus::Persist;
using consensus::Replica;

namespace {

const Message* vote_of(const consensus::JournalEntry& entry) {
  const auto* vote = std::get_if<OwnVote>(&entry);
  return vote == nullptr ? nullptr : &vote->message;
}

std::optional<Height> height_of(const consensus::JournalEntry& entry) {
  if (const auto* prepared = std::get_if<consensus::Prepared>(&entry)) {
    return prepared->certificate.height;
  }
  const Message* vote = vote_of(entry);
  return vote == nullptr ? std::nullopt : sim::height_of(*vote);
}

}  // namespace

void Machine::carry_out(consensus::Actions actions) {
  Checker& checker = surroundings_.checker();
  if (identity_.is_honest) checker.status(identity_.member, actions.status);
  for (Persist& persist : actions.persist) ask(std::move(persist));
  for (const Message& message : actions.send) say(sign(message));
  for (const consensus::Reply& answer : actions.reply) reply(answer);
  for (const consensus::Fetch& wanted : actions.fetch) fetch(wanted);
  for (consensus::Execute& execution : actions.execute) {
    executing_.push_back(std::move(execution));
    if (surroundings_.trace().is_on())
      trace("has committed height " + std::to_string(executing_.back().batch->height.value()));
    later(surroundings_.random().below(10), [this] { execute(); });
  }
  for (const CertifiedHeader& certified : actions.stable) {
    if (identity_.is_honest) checker.stable(identity_.member, certified);
    writing_.emplace_back(certified);
    schedule_flush();
  }
  set_timer(actions.set_timer);
  for (const consensus::Evidence& evidence : actions.evidence) {
    if (surroundings_.trace().is_on()) {
      const World& world = surroundings_.world();
      trace(fmt::format("has evidence: {} and {}", describe(evidence.first, world),
                        describe(evidence.second, world)));
    }
    checker.evidence(identity_.member, evidence);
  }
}

void Machine::ask(Persist persist) {
  auto* vote = std::get_if<OwnVote>(&persist.entry);
  if (vote != nullptr) {
    vote->message = signer_.sign(vote->message, members_.chain);
    if (identity_.is_honest) {
      surroundings_.checker().asked(identity_.member, vote->message, replica_->status());
    }
    if (is_mutant(Mutant::sent_before_durable)) say(vote->message);
  }
  writing_.emplace_back(JournalOp{members_.epoch, std::move(persist)});
  schedule_flush();
}

void Machine::set_timer(std::optional<consensus::Monotonic> deadline) {
  if (deadline == timer_) return;
  timer_ = deadline;
  if (!timer_) return;
  const std::uint64_t now = surroundings_.now_ms();
  const std::uint64_t due = std::max(timer_->value(), now + 2) - now - 1;
  later(due, [this, deadline] {
    if (timer_ != deadline) return;
    timer_.reset();
    input([&](Replica& replica) { return replica.tick(clock()); });
  });
}

void Machine::schedule_flush() {
  if (is_flush_due_) return;
  is_flush_due_ = true;
  const bool is_slow = surroundings_.now_ms() < slow_disk_until_ms_;
  Random& random = surroundings_.random();
  later(is_slow ? random.between(50, 600) : random.below(8), [this] {
    if (!surroundings_.strikes(*this)) flush();
  });
}

// One sync for all that wait.
void Machine::flush() {
  is_flush_due_ = false;
  const std::deque<DiskOp> group = std::exchange(writing_, {});
  for (const DiskOp& op : group) write(op);
  for (const DiskOp& op : group) acknowledge(op);
  if (replica_ && writing_.empty() && surroundings_.random().chance(5)) {
    disk_.journal = replica_->journal_checkpoint();
  }
}

void Machine::write(const DiskOp& op) {
  if (const auto* entry = std::get_if<JournalOp>(&op)) {
    const Persist* persist = &entry->persist;
    const Message* vote = vote_of(persist->entry);
    const bool is_prepare = vote != nullptr && std::holds_alternative<Prepare>(*vote);
    if (!is_prepare || !is_mutant(Mutant::vote_not_journalled)) {
      disk_.journal.push_back(persist->entry);
    }
    if (identity_.is_honest) surroundings_.checker().durable(identity_.member, persist->entry);
    if (persist->batch) write_batch(*persist);
  } else if (const auto* certified = std::get_if<CertifiedHeader>(&op)) {
    if (consensus::height_of(disk_.stable, Height(0)) < certified->header.height)
      disk_.stable = *certified;
    const auto last = last_heights_.find(certified->header.epoch);
    if (last != last_heights_.end() && last->second == certified->header.height)
      disk_.last_blocks[certified->header.epoch] = *certified;
    trim();
  } else {
    const ExecutedBlockPtr& block = std::get<BlockOp>(op).block;
    const Hash& digest = block->header.batch_digest;
    disk_.blocks[block->header.height] = block;
    if (const StoredBatch* bodies = batch(digest)) disk_.batches.try_emplace(digest, *bodies);
  }
}

void Machine::write_batch(const Persist& persist) {
  const Hash digest = batch_digest(members_.chain, *persist.batch);
  if (is_mutant(Mutant::body_erased_before_stable)) {
    std::erase_if(disk_.batches, [&](const auto& entry) {
      const Batch& held = entry.second.batch;
      return held.height == persist.batch->height && !disk_.blocks.contains(held.height);
    });
    std::erase_if(bodies_, [&](const auto& entry) {
      return entry.first != digest && entry.second.batch.height == persist.batch->height;
    });
  }
  const StoredBatch* bodies = batch(digest);
  if (bodies != nullptr) {
    disk_.batches.try_emplace(digest, *bodies);
  } else if (persist.batch->ids.empty()) {
    disk_.batches.try_emplace(digest, StoredBatch{*persist.batch, {}});
  } else {
    throw Broken(identity_.name + " votes for a batch without its bodies");
  }
}

// What the stable height made useless goes: votes, and batches that were not chosen. The state on
// disk follows at a distance.
void Machine::trim() {
  const Height stable = consensus::height_of(disk_.stable, Height(0));
  std::erase_if(disk_.journal, [&](const consensus::JournalEntry& entry) {
    const auto height = height_of(entry);
    return height && *height < stable;
  });
  std::erase_if(disk_.batches, [&](const auto& entry) {
    const Height height = entry.second.batch.height;
    const auto block = disk_.blocks.find(height);
    return height <= stable && block != disk_.blocks.end() &&
           block->second->header.batch_digest != entry.first;
  });
  while (disk_.state->height().plus(2) <= stable) {
    const auto next = disk_.blocks.find(disk_.state->height().next());
    if (next == disk_.blocks.end()) break;
    disk_.state->apply(*next->second);
  }
}

void Machine::acknowledge(const DiskOp& op) {
  if (const auto* block = std::get_if<BlockOp>(&op)) return acknowledge_block(*block->block);
  const auto* entry = std::get_if<JournalOp>(&op);
  if (entry == nullptr) return;
  const Persist* persist = &entry->persist;
  const bool is_current = replica_ && entry->epoch == members_.epoch;
  const Message* vote = vote_of(persist->entry);
  if (vote == nullptr) {
    if (surroundings_.trace().is_on()) {
      trace("has journalled that it " + describe(persist->entry, surroundings_.world()));
    }
    if (!is_current) return;
    if (const auto* leads = std::get_if<consensus::Leads>(&persist->entry)) led_ = leads->view;
    return input([&](Replica& replica) { return replica.durable(persist->token); });
  }
  if (!is_mutant(Mutant::sent_before_durable)) say(*vote);
  if (!is_current) return;  // others may need it nevertheless
  input([&](Replica& replica) {
    return replica.step(consensus::Verified<Message>::own_durable(*vote));
  });
}

void Machine::acknowledge_block(const ledger::ExecutedBlock& block) {
  for (const TxId& id : block.batch.ids) {
    if (waiting_.erase(id) == 0 || identity_.is_wrong) continue;
    const auto place = *ledger_->find(id);
    if (place) surroundings_.told(id, place->height, disk_.blocks.at(place->height)->hash);
  }
}

Message Machine::sign(const Message& message) const {
  const bool is_own = consensus::sender_of(message) == key();
  return is_own ? signer_.sign(message, members_.chain) : message;
}

void Machine::reply(const consensus::Reply& reply) {
  const Message message = sign(reply.message);
  if (identity_.is_honest) surroundings_.checker().sent(identity_.member, message, led_);
  surroundings_.send_to(*this, reply.to, message);
}

void Machine::say(const Message& message) {
  if (identity_.is_honest) surroundings_.checker().sent(identity_.member, message, led_);
  surroundings_.broadcast(*this, message);
}

ExecutedBlockPtr Machine::executed(const StoredBatch& bodies) const {
  const auto block = ledger_->execute(bodies.batch, bodies.transactions);
  if (!identity_.is_wrong) return block;
  ledger::ExecutedBlock other = *block;
  other.header.receipt_root = crypto::blake2b256({"wrong", other.header.receipt_root.view()});
  other.hash = block_hash(other.header);
  return std::make_shared<const ledger::ExecutedBlock>(std::move(other));
}

void Machine::execute() {
  if (executing_.empty()) return;
  const consensus::Execute next = std::move(executing_.front());
  executing_.pop_front();
  const Height height = next.batch->height;
  if (height <= ledger_->height()) return;
  if (height != ledger_->height().next()) throw Broken(identity_.name + " executes out of order");
  StoredBatch null{*next.batch, {}};
  const StoredBatch* bodies = next.batch->ids.empty() ? &null : batch(next.digest);
  if (bodies == nullptr) throw Broken(identity_.name + " executes a batch without its bodies");
  bodies_.try_emplace(next.digest, *bodies);
  const ExecutedBlockPtr block = executed(*bodies);
  if (identity_.is_honest)
    surroundings_.checker().executed(identity_.member, *block, bodies->transactions);
  if (surroundings_.trace().is_on()) {
    trace(fmt::format("executes height {} {}: block {}", height.value(),
                      describe(bodies->batch, surroundings_.world()), short_hash(block->hash)));
  }
  ledger_->apply(*block);
  note_block(*block);
  forget(block->batch);
  writing_.emplace_back(BlockOp{block});
  schedule_flush();
  tell_end(*block);
  input([&](Replica& replica) { return replica.executed(block->header); });
  tell_due();
}

}  // namespace generion::sim
