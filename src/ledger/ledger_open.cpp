// Opening a ledger: what is checked, and what a crash has taken from the state.
#include <fmt/format.h>

#include "base/hex.h"
#include "contract/epoch.h"
#include "ledger/join_files.h"
#include "ledger/ledger_impl.h"
#include "ledger/snapshot_loader.h"

namespace generion::ledger {

namespace fs = std::filesystem;

Result<std::unique_ptr<Ledger>> Ledger::open(const fs::path& directory, const Genesis& genesis,
                                             const LedgerOptions& options) {
  std::error_code error;
  if (!fs::exists(directory, error)) {
    if (auto done = create_private_directory(directory); !done) return fail(done.error());
  }
  auto lock = DirectoryLock::take(directory);
  if (!lock) return fail(lock.error());
  auto impl = std::make_unique<Impl>(directory, std::move(*lock), genesis, options);
  if (auto done = complete_join(directory); !done) return fail(done.error());
  const fs::path chain_path = directory / kChainDirectory;
  const fs::path state_path = directory / kStateDirectory;
  if (fs::exists(state_path, error) && !fs::exists(chain_path, error)) {
    return fail(
        Code::damaged,
        fmt::format("{} has a state, but no chain: restore the directory `chain`, or remove "
                    "`state` too and let the node fetch all of it again",
                    directory.string()));
  }
  const auto cache = Database::make_cache(options.cache_bytes);
  auto chain_store = ChainStore::open(chain_path, impl->chain, cache);
  if (!chain_store) return fail(chain_store.error());
  impl->chain_store = std::move(*chain_store);
  auto state_store = StateStore::open(state_path, impl->chain, options, cache);
  if (!state_store) return fail(state_store.error());
  impl->state_store = std::move(*state_store);
  if (auto done = impl->start(genesis); !done) return fail(done.error());
  return std::unique_ptr<Ledger>(new Ledger(std::move(impl)));
}

Result<void> Ledger::Impl::start(const Genesis& genesis) {
  if (state_store->is_empty() && chain_store->base() > Height(0)) {
    return fail(Code::damaged,
                fmt::format("the blocks up to {} are not held here, so the state cannot be made "
                            "again from them: restore a backup, or remove the directory `chain` "
                            "too and let the node join anew",
                            chain_store->base().value()));
  }
  if (state_store->is_empty()) {
    if (auto done = apply_genesis(genesis); !done) return done;
  }
  if (auto done = check_tip(); !done) return done;
  if (auto done = load_epoch(); !done) return done;
  for (Height height = state_store->versions().tip()->height().next();
       height <= chain_store->stored(); height = height.next()) {
    if (auto done = execute_again(height); !done) return done;
    ++reexecuted;
  }
  state_store->versions().seal(chain_store->stable());
  return {};
}

Result<void> Ledger::Impl::apply_genesis(const Genesis& genesis) {
  const contract::BlockWrites writes = contract::genesis_writes(genesis);
  const auto pending = state_store->prepare(writes);
  return state_store->apply(genesis_header(chain, genesis, pending->tree), writes, *pending, {});
}

Result<void> Ledger::Impl::check_tip() const {
  const auto tip = state_store->versions().tip();
  if (tip->height() == Height(0)) return {};
  if (tip->height() > chain_store->stored()) {
    return fail(
        Code::damaged,
        fmt::format("the state is at height {}, but the last block is {}: blocks were lost. "
                    "Restore the directory `chain`, or remove `state` to have it made again",
                    tip->height().value(), chain_store->stored().value()));
  }
  const auto header = chain_store->header(tip->height());
  if (!header) return fail(header.error());
  if (block_hash(*header) == tip->hash()) return {};
  return fail(
      Code::damaged,
      fmt::format("the state at height {} belongs to block {}, but {} is stored: remove the "
                  "directory `state` to have it made again",
                  tip->height().value(), to_hex(tip->hash()), to_hex(block_hash(*header))));
}

Result<void> Ledger::Impl::load_epoch() {
  const auto tip = state_store->versions().tip();
  try {
    contract::EpochRules read = contract::read_rules(*tip);
    Hash base = tip->hash();
    if (tip->height() >= read.first) {
      const Height before(read.first.value() - 1);
      const auto last = chain_store->header(before);
      const auto first = last ? last : chain_store->header(read.first);
      if (!first) return fail(first.error());
      base = last ? block_hash(*last) : first->parent_hash;
    }
    rules = execution_rules(chain, std::move(read), base);
    publish_epoch(contract::read_last_height(*tip));
    return {};
  } catch (const StorageFailure& failure) {
    return fail(failure.error());
  }
}

void Ledger::Impl::publish_epoch(std::optional<Height> last) {
  const std::lock_guard guard(epoch_mutex);
  epoch = rules.epoch;
  last_height = last;
}

Result<BatchBodies> Ledger::Impl::bodies_of(const Block& block) const {
  if (block.batch.ids.empty()) return BatchBodies{block.batch, {}};
  return chain_store->bodies(block.header.height, block.header.batch_digest);
}

Result<void> Ledger::Impl::execute_again(Height height) {
  const auto stored = chain_store->block(height);
  if (!stored) return fail(stored.error());
  auto bodies = bodies_of(*stored);
  if (!bodies) return fail(Code::damaged, "the batch of a stored block: " + bodies.error().message);
  std::vector<std::shared_ptr<const Transaction>> transactions;
  for (SignedTransaction& envelope : bodies->transactions) {
    auto transaction = check_transaction(std::move(envelope), Attachments::may_be_erased);
    if (!transaction || transaction->id != stored->batch.ids[transactions.size()]) {
      return fail(Code::damaged,
                  fmt::format("transaction {} of block {} is not the one that was ordered",
                              transactions.size(), height.value()));
    }
    transactions.push_back(std::make_shared<const Transaction>(std::move(*transaction)));
  }
  const auto executed = execute(stored->batch, transactions);
  if (!executed) return fail(executed.error());
  if ((*executed)->hash != stored->hash) {
    return fail(Code::diverged,
                fmt::format("executing block {} again gives {}, but it was stored as {}: this "
                            "program or its state differs from the one that made it; keep the data "
                            "and compare with other nodes",
                            height.value(), to_hex((*executed)->hash), to_hex(stored->hash)));
  }
  return apply(**executed);
}

}  // namespace generion::ledger
