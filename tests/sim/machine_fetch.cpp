// What a machine gets from others: bodies of a proposal, a batch by its digest, certified blocks.
#include <algorithm>

#include "broken.h"
#include "machine.h"
#include "mutants/mutants.h"

namespace generion::sim {

using consensus::BatchVerdict;
using consensus::Replica;

namespace {

constexpr std::uint64_t kRetryMs = 40;

// What a machine with this disk can prove of that epoch.
std::optional<CertifiedHeader> highest_certified(const Disk& disk, Epoch epoch) {
  if (disk.stable && disk.stable->header.epoch == epoch) return disk.stable;
  const auto last = disk.last_blocks.find(epoch);
  return last == disk.last_blocks.end() ? std::nullopt : std::optional(last->second);
}

std::string describe(const consensus::Fetch& wanted) {
  if (const auto* check = std::get_if<consensus::CheckBatch>(&wanted)) {
    return "checks batch " + short_hash(check->digest);
  }
  if (const auto* batch = std::get_if<consensus::FetchBatch>(&wanted)) {
    return "wants batch " + short_hash(batch->digest);
  }
  return "wants the blocks up to height " +
         std::to_string(std::get<consensus::FetchBlocks>(wanted).up_to.value());
}

}  // namespace

void Machine::fetch(const consensus::Fetch& wanted) {
  if (surroundings_.trace().is_on()) trace(describe(wanted));
  if (const auto* check = std::get_if<consensus::CheckBatch>(&wanted)) {
    later(surroundings_.random().below(6), [this, held = *check] { check_batch(held); });
  } else if (const auto* batch = std::get_if<consensus::FetchBatch>(&wanted)) {
    later(surroundings_.random().below(6), [this, held = *batch] { fetch_batch(held, 0); });
  } else {
    const Height up_to = std::get<consensus::FetchBlocks>(wanted).up_to;
    later(surroundings_.random().between(5, 20), [this, up_to] { fetch_blocks(up_to); });
  }
}

void Machine::check_batch(const consensus::CheckBatch& wanted) {
  const Height height = wanted.batch->height;
  if (!replica_ || height <= replica_->status().stable) return;
  std::vector<TransactionPtr> transactions;
  for (const TxId& id : wanted.batch->ids) {
    TransactionPtr held = transaction(id);
    if (!held) held = surroundings_.ask_transaction(*this, wanted.primary, id);
    if (held && surroundings_.trace().is_on() && !transaction(id)) {
      trace("is given " + surroundings_.world().name_of(id) + " by the primary");
    }
    if (!held) return later(kRetryMs, [this, wanted] { check_batch(wanted); });
    transactions.push_back(std::move(held));
  }
  const BatchVerdict verdict = judge(*wanted.batch, transactions);
  if (verdict == BatchVerdict::valid) {
    bodies_.try_emplace(wanted.digest, StoredBatch{*wanted.batch, std::move(transactions)});
  } else if (identity_.is_honest) {
    surroundings_.checker().refused(identity_.member, *wanted.batch);
  }
  input([&](Replica& replica) { return replica.batch_checked(height, wanted.digest, verdict); });
  if (verdict == BatchVerdict::valid) watch_proposal(*wanted.batch);
}

// Nothing that depends on what was executed here.
BatchVerdict Machine::judge(const Batch& batch,
                            const std::vector<TransactionPtr>& transactions) const {
  const TimeMs latest = batch.time.plus(surroundings_.world().genesis.parameters.tx_window_ms);
  std::set<TxId> ids;
  for (const TransactionPtr& transaction : transactions) {
    const TimeMs until = transaction->body.valid_until;
    if (until < batch.time || until > latest || !ids.insert(transaction->id).second ||
        !verify_transaction(*transaction)) {
      return BatchVerdict::invalid;
    }
    const bool is_executed = (*ledger_->find(transaction->id)).has_value();
    if (is_executed && is_mutant(Mutant::vote_decided_by_own_state)) {
      return BatchVerdict::invalid;
    }
  }
  return BatchVerdict::valid;
}

void Machine::fetch_batch(const consensus::FetchBatch& wanted, std::size_t attempt) {
  if (!replica_ || wanted.height <= replica_->status().stable) return;
  std::optional<StoredBatch> found;
  if (const StoredBatch* own = batch(wanted.digest)) {
    found = *own;
  } else if (!wanted.holders.empty()) {
    const std::size_t chosen = attempt + surroundings_.random().below(wanted.holders.size());
    found = surroundings_.ask_batch(*this, wanted.holders[chosen % wanted.holders.size()],
                                    wanted.digest);
  }
  if (!found || !is_batch(*found, wanted.digest)) {
    return later(kRetryMs, [this, wanted, attempt] { fetch_batch(wanted, attempt + 1); });
  }
  bodies_.try_emplace(wanted.digest, *found);
  input([&](Replica& replica) { return replica.fetched(found->batch); });
}

// A prescribed batch is told by its digest, which covers the bodies but not their signatures.
bool Machine::is_batch(const StoredBatch& given, const Hash& digest) const {
  if (batch_digest(members_.chain, given.batch) != digest) return false;
  if (is_mutant(Mutant::fetched_body_unchecked)) return true;
  return std::equal(given.batch.ids.begin(), given.batch.ids.end(), given.transactions.begin(),
                    given.transactions.end(), [](const TxId& id, const TransactionPtr& held) {
                      return held && held->id == id && verify_transaction(*held);
                    });
}

void Machine::fetch_blocks(Height up_to) {
  if (up_to <= height() || identity_.is_wrong) return;
  const Machine* source = surroundings_.reach_any(*this);
  if (source != nullptr && sync_from(*source, up_to)) return;
  later(kRetryMs, [this, up_to] { fetch_blocks(up_to); });
}

bool Machine::sync_from(const Machine& source, Height up_to) {
  const auto certified = highest_certified(source.disk(), members_.epoch);
  if (!certified || certified->header.height < std::max(up_to, height())) return false;
  if (certified->header.height <= consensus::height_of(disk_.stable, Height(0))) return false;
  if (!verify_certificate(certified->certificate, certified->header, members_.set)) return false;
  // Everything asked for earlier is on disk before the blocks that were fetched.
  flush();
  while (height() < certified->header.height) execute_theirs(source);
  if (surroundings_.trace().is_on()) {
    trace("has fetched the blocks up to height " + std::to_string(height().value()));
  }
  if (replica_) {
    input([&](Replica& replica) { return replica.synced(*certified); });
    tell_due();
    return true;
  }
  if (identity_.is_honest) surroundings_.checker().stable(identity_.member, *certified);
  write(*certified);
  if (disk_.last_blocks.contains(members_.epoch)) {
    members_ = epochs_.at(members_.epoch.next());
    enter_epoch();
  }
  return true;
}

void Machine::execute_theirs(const Machine& source) {
  const ExecutedBlockPtr& theirs = source.disk().blocks.at(height().next());
  const StoredBatch& stored = source.disk().batches.at(theirs->header.batch_digest);
  const auto block = ledger_->execute(stored.batch, stored.transactions);
  if (block->header != theirs->header) throw Broken("a fetched block gives another one here");
  if (identity_.is_honest)
    surroundings_.checker().executed(identity_.member, *block, stored.transactions);
  ledger_->apply(*block);
  note_block(*block);
  tell_end(*block);
  disk_.batches.try_emplace(theirs->header.batch_digest, stored);
  disk_.blocks[block->header.height] = block;
  forget(block->batch);
  acknowledge_block(*block);
}

}  // namespace generion::sim
