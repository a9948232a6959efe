// Epochs, as a node goes through them: a replica for each, or none where it is no member or may not
// vote; blocks that others have certified; answers for those who are still in an earlier epoch.
#include <fmt/core.h>

#include <algorithm>

#include "machine.h"
#include "mutants/mutants.h"

namespace generion::sim {

using consensus::Replica;

namespace {

constexpr std::uint64_t kFollowMs = 100;
constexpr std::uint64_t kListenedEpochs = 2;

}  // namespace

void Machine::know_epochs() {
  epochs_ = {{Epoch(0), surroundings_.world().members}};
  last_heights_.clear();
  for (const auto& [height, block] : disk_.blocks) note_block(*block);
  members_ = epochs_.at(Epoch(0));
  if (!disk_.stable) return;
  const Epoch epoch = disk_.stable->header.epoch;
  members_ = epochs_.at(disk_.last_blocks.contains(epoch) ? epoch.next() : epoch);
}

void Machine::note_block(const ledger::ExecutedBlock& block) {
  const Epoch epoch = block.header.epoch;
  if (block.writes.last_height) last_heights_[epoch] = *block.writes.last_height;
  if (const auto& next = block.writes.next_epoch) {
    epochs_[next->number] = {surroundings_.world().members.chain, next->number, next->validators,
                             block.header.height};
  }
}

// The replica knows where its epoch ends before it knows the block that says so.
void Machine::tell_end(const ledger::ExecutedBlock& block) {
  if (is_closing_ || !block.writes.last_height || !replica_) return;
  is_closing_ = true;
  input([&](Replica& replica) { return replica.close(*block.writes.last_height); });
}

bool Machine::is_member() const {
  return members_.set.index_of(key()).has_value();
}

bool Machine::may_vote() const {
  return !disk_.is_journal_lost || (disk_.listens_until && *disk_.listens_until <= members_.epoch);
}

consensus::Settings Machine::settings() const {
  const Plan& plan = surroundings_.plan();
  consensus::Settings out;
  out.members = members_;
  out.self = key();
  const auto base = disk_.blocks.find(members_.start);
  out.start_time =
      base == disk_.blocks.end() ? surroundings_.world().genesis.time : base->second->header.time;
  const auto last = last_heights_.find(members_.epoch);
  if (last != last_heights_.end()) out.last_height = last->second;
  out.timeout_ms = plan.timeout_ms;
  out.timeout_max_ms = 5'000;
  out.window = plan.window;
  out.heartbeat_ms = plan.heartbeat_ms;
  out.empty_gap_ms = plan.empty_gap_ms;
  return out;
}

void Machine::enter_epoch() {
  replica_.reset();
  timer_.reset();
  view_ = View(0);
  led_.reset();
  told_work_ = false;
  executing_.clear();
  in_flight_.clear();
  watch_.emplace(members_.set.size(), kCensorAfter);
  is_closing_ = last_heights_.contains(members_.epoch);
  if (!is_member() || !may_vote()) {
    if (surroundings_.trace().is_on()) {
      trace(fmt::format("{} in epoch {}", is_member() ? "listens" : "is no member",
                        members_.epoch.value()));
    }
    return later(kFollowMs, [this] { follow(); });
  }
  if (surroundings_.trace().is_on() && members_.epoch != Epoch(0)) {
    trace(fmt::format("enters epoch {}", members_.epoch.value()));
  }
  replica_ = std::make_unique<Replica>(settings(), restored());
  input([&](Replica& replica) { return replica.start(clock()); });
  tell_due();
}

void Machine::leave_epoch_if_over() {
  if (!replica_) return;
  if (replica_->status().has_lost_votes) {
    disk_.is_journal_lost = true;
    disk_.listens_until.reset();
    return enter_epoch();
  }
  const auto last = last_heights_.find(members_.epoch);
  const bool is_executed = last != last_heights_.end() && last->second == height() &&
                           is_mutant(Mutant::epoch_entered_uncertified);
  if (!replica_->status().is_over && !is_executed) return;
  members_ = epochs_.at(members_.epoch.next());
  enter_epoch();
}

// As an observer: certified blocks of others. `life` and `replica_` tell whether it still is one.
void Machine::follow() {
  if (replica_ || identity_.is_wrong) return;
  const Epoch epoch = members_.epoch;
  const Machine* source = surroundings_.reach_any(*this);
  if (source != nullptr) sync_from(*source, Height(0));
  if (epoch == members_.epoch && disk_.is_journal_lost && !disk_.listens_until) decide_listening();
  if (epoch == members_.epoch) later(kFollowMs, [this] { follow(); });
}

// It may have voted in the epoch after that of the highest block which others can prove, before
// anyone could prove that that one had ended: so it votes again two epochs later.
void Machine::decide_listening() {
  std::vector<CertifiedHeader> answers;
  for (const PublicKey& member : members_.set.keys) {
    if (member == key()) continue;
    const Machine* other = surroundings_.reach_member(*this, member);
    if (other != nullptr && !other->disk_.is_journal_lost) {
      answers.push_back(other->disk_.stable.value_or(CertifiedHeader()));
    }
  }
  if (answers.size() < quorum_size(members_.set.size())) return;
  Height highest = consensus::height_of(disk_.stable, Height(0));
  Epoch next = members_.epoch;
  for (const CertifiedHeader& answer : answers) {
    if (answer.header.height <= highest) continue;
    if (answer.header.epoch != members_.epoch) return;  // it does not know those members yet
    highest = answer.header.height;
  }
  const auto last = last_heights_.find(next);
  if (last != last_heights_.end() && last->second == highest) next = next.next();
  const std::uint64_t count =
      is_mutant(Mutant::listens_too_short) ? kListenedEpochs - 1 : kListenedEpochs;
  disk_.listens_until = Epoch(next.value() + count);
}

// To a member that is still in an earlier epoch: the proof that it is over; and to one that has
// started again, the votes that are remembered.
void Machine::answer_old(const StatusReport& asked) {
  const auto& set = epochs_.at(asked.epoch).set;
  if (!set.index_of(key()) || is_mutant(Mutant::old_epoch_unanswered)) return;
  const auto last = disk_.last_blocks.find(asked.epoch);
  if (last != disk_.last_blocks.end()) reply({asked.sender, StableReport{last->second, key()}});
  if (!asked.recovering_since || !may_vote()) return;
  const Echo none{asked.epoch, *asked.recovering_since, asked.sender, {}, {}, key()};
  reply({asked.sender, replica_ ? replica_->echo(asked) : none});
}

void Machine::lose_journal() {
  disk_.journal.clear();
  if (is_mutant(Mutant::lost_journal_taken_for_empty)) return;
  disk_.is_journal_lost = true;
  disk_.listens_until.reset();
}

}  // namespace generion::sim
