// The runner from one epoch to the next: another replica, other members, other rules.
#include <spdlog/spdlog.h>

#include "node/clock.h"
#include "node/journal_codec.h"
#include "node/replica_runner.h"
#include "node/restore.h"

namespace generion::node {

void ReplicaRunner::make_replica(consensus::Restored restored) {
  // The last block of the epoch before is where this one starts, and no certificate of it.
  const bool is_of_epoch = restored.stable && restored.stable->header.epoch == rules().number;
  if (!is_of_epoch) restored.stable.reset();
  settings_.replica = replica_settings(std::move(settings_.replica), ledger_.chain(), epoch_);
  const bool is_member = rules().validators.index_of(key_.public_key()).has_value();
  replica_.reset();
  replica_timer_.reset();
  if (is_member && !listener_.state()) replica_.emplace(settings_.replica, restored);
}

void ReplicaRunner::start_replica(consensus::Now now) {
  input([&](auto& replica) { return replica.start(now); });
  input([&](auto& replica) { return replica.set_due(applied_.height, applied_.next_due); });
}

// The block may be the one that closes the epoch.
void ReplicaRunner::note_epoch_end(const ledger::ExecutedBlock& block) {
  const auto& last = block.writes.last_height;
  if (!last || epoch_.last_height) return;
  epoch_.last_height = last;
  spdlog::info("epoch {} ends with block {}", rules().number.value(), last->value());
  input([&](auto& replica) { return replica.close(*last); });
}

// Its last block is executed, and certified on disk.
bool ReplicaRunner::is_epoch_over() const {
  if (!epoch_.last_height || stopping_) return false;
  return applied_.height >= *epoch_.last_height && ledger_.stable() >= *epoch_.last_height;
}

void ReplicaRunner::begin_epoch() {
  auto next = epoch_state(ledger_);
  if (!next) return fail_epoch(next.error());
  const contract::EpochRules& begins = *next->rules;
  if (auto ok = check_version(begins); !ok) return fail_epoch(ok.error());
  auto restored = restore_replica(ledger_, begins.number, journal_);
  if (!restored) return fail_epoch(restored.error());
  epoch_ = std::move(*next);
  links_.begin_epoch(epoch_);
  std::erase_if(journal_, [&](const auto& entry) { return journal_epoch(entry) < begins.number; });
  mempool_.give_back(batches_.begin_epoch(begins.number));
  proposer_.begin_epoch(epoch_.rules);
  fetcher_.begin_epoch(epoch_.rules);
  sync_.begin_epoch(begins.number, begins.validators, handed_);
  heads_ = HeadTracker(begins.validators.size());
  censors_.on_epoch(begins.validators.size());
  if (listener_.end(begins.number)) links_.keep_listening(std::nullopt);
  make_replica(std::move(*restored));
  spdlog::info("epoch {} begins with block {}: {} validators, of whom {} make a quorum{}",
               begins.number.value(), begins.first.value(), begins.validators.size(),
               quorum_size(begins.validators.size()), replica_ ? "" : "; this node follows");
  start_replica(read_clocks());
}

void ReplicaRunner::fail_epoch(Error error) {
  stop();
  links_.fatal(std::move(error));
}

}  // namespace generion::node
