#include "ledger/ledger.h"

#include <fmt/format.h>

#include <atomic>
#include <bit>
#include <chrono>
#include <mutex>
#include <utility>

#include "base/assert.h"
#include "base/file.h"
#include "base/hex.h"
#include "contract/epoch.h"
#include "contract/epoch_queries.h"
#include "ledger/chain_store.h"
#include "ledger/execute.h"
#include "ledger/flush_schedule.h"
#include "ledger/state_store.h"

namespace generion::ledger {
namespace {

namespace fs = std::filesystem;

std::uint64_t count_skipped(const Bytes& bits) {
  std::uint64_t out = 0;
  for (const char byte : bits) {
    out += static_cast<std::uint64_t>(std::popcount(static_cast<unsigned char>(byte)));
  }
  return out;
}

}  // namespace

class Ledger::Impl {
 public:
  Impl(DirectoryLock directory_lock, const Genesis& genesis, const LedgerOptions& options)
      : lock(std::move(directory_lock)),
        chain(chain_id(genesis)),
        schedule({options.flush_transactions, std::chrono::milliseconds(options.flush_ms)}) {}

  Result<void> start(const Genesis& genesis);
  Result<void> load_epoch();
  void publish_epoch(std::optional<Height> last);
  Result<void> apply_genesis(const Genesis& genesis);
  Result<void> check_tip() const;
  Result<void> execute_again(Height height);
  Result<std::shared_ptr<const ExecutedBlock>> execute(
      const Batch& batch, const std::vector<std::shared_ptr<const Transaction>>& transactions);
  Result<void> apply(const ExecutedBlock& block);
  Result<BatchBodies> bodies_of(const Block& block) const;

  DirectoryLock lock;
  const Hash chain;
  ExecutionRules rules;  // of the block after the tip; the executor thread's
  mutable std::mutex epoch_mutex;
  std::shared_ptr<const contract::EpochRules> epoch;  // rules.epoch, for all
  std::optional<Height> last_height;
  std::unique_ptr<ChainStore> chain_store;
  std::unique_ptr<StateStore> state_store;
  FlushSchedule schedule;
  std::chrono::nanoseconds executing{0};  // time spent since the block before was applied
  std::atomic<std::uint64_t> skipped{0};
  std::uint64_t reexecuted = 0;
};

Result<std::unique_ptr<Ledger>> Ledger::open(const fs::path& directory, const Genesis& genesis,
                                             const LedgerOptions& options) {
  std::error_code error;
  if (!fs::exists(directory, error)) {
    if (auto done = create_private_directory(directory); !done) return fail(done.error());
  }
  auto lock = DirectoryLock::take(directory);
  if (!lock) return fail(lock.error());
  auto impl = std::make_unique<Impl>(std::move(*lock), genesis, options);
  const fs::path chain_path = directory / "chain";
  const fs::path state_path = directory / "state";
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
      const auto first = chain_store->header(read.first);
      if (!first) return fail(first.error());
      base = first->parent_hash;
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

Result<std::shared_ptr<const ExecutedBlock>> Ledger::Impl::execute(
    const Batch& batch, const std::vector<std::shared_ptr<const Transaction>>& transactions) {
  const auto start = std::chrono::steady_clock::now();
  auto block = execute_batch(*state_store, rules, batch, transactions);
  executing += std::chrono::steady_clock::now() - start;
  return block;
}

Result<void> Ledger::Impl::apply(const ExecutedBlock& block) {
  GENERION_ASSERT(block.header.height <= chain_store->stored());
  const auto start = std::chrono::steady_clock::now();
  std::vector<StateStore::ExecutedId> executed;
  executed.reserve(block.receipts.size());
  for (std::uint32_t place = 0; place < block.batch.ids.size(); ++place) {
    if (!block.skipped[place]) executed.push_back({block.batch.ids[place], place});
  }
  if (auto done = state_store->apply(block.header, block.writes, *block.pending, executed); !done) {
    return done;
  }
  const auto& next = block.writes.next_epoch;
  if (next) rules = execution_rules(chain, *next, block.hash);
  publish_epoch(next ? std::nullopt : block.writes.last_height);
  const auto took = std::exchange(executing, {}) + (std::chrono::steady_clock::now() - start);
  if (!schedule.add(executed.size(), took)) return {};
  return state_store->flush(false);
}

Ledger::Ledger(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Ledger::~Ledger() {
  // What this fails to write is executed again at the next start.
  static_cast<void>(impl_->state_store->flush(true));
}

const Hash& Ledger::chain() const {
  return impl_->chain;
}

std::shared_ptr<const contract::EpochRules> Ledger::epoch() const {
  const std::lock_guard lock(impl_->epoch_mutex);
  return impl_->epoch;
}
std::optional<Height> Ledger::last_height() const {
  const std::lock_guard lock(impl_->epoch_mutex);
  return impl_->last_height;
}

Result<ValidatorSet> Ledger::next_set(const BlockHeader& header) const {
  const bool changes = header.next_validator_set_hash != header.validator_set_hash;
  const Epoch epoch = changes ? header.epoch.next() : header.epoch;
  try {
    auto found = contract::find_epoch(*tip(), epoch);
    if (!found) {
      return fail(Code::damaged, fmt::format("epoch {} of block {} is not in the state",
                                             epoch.value(), header.height.value()));
    }
    return std::move(found->epoch.validators);
  } catch (const StorageFailure& failure) {
    return fail(failure.error());
  }
}

Result<std::vector<SetChange>> Ledger::set_changes(Epoch epoch, Height above,
                                                   std::size_t limit) const {
  std::vector<SetChange> out;
  try {
    for (const contract::SetHandover& handover : contract::set_handovers(*tip(), epoch)) {
      if (handover.last <= above) continue;
      if (out.size() == limit) break;
      const auto last = header(handover.last);
      if (!last) return fail(last.error());
      auto seals = certificate(handover.last);
      if (!seals) return fail(seals.error());
      out.push_back({*last, std::move(*seals), handover.next});
    }
  } catch (const StorageFailure& failure) {
    return fail(failure.error());
  }
  return out;
}

std::shared_ptr<const StateVersion> Ledger::tip() const {
  return impl_->state_store->versions().tip();
}
std::shared_ptr<const StateVersion> Ledger::sealed() const {
  return impl_->state_store->versions().sealed();
}
Result<std::shared_ptr<const StateVersion>> Ledger::at(Height height) const {
  return impl_->state_store->versions().at(height);
}

Height Ledger::stored() const {
  return impl_->chain_store->stored();
}
Height Ledger::stable() const {
  return impl_->chain_store->stable();
}

Result<Block> Ledger::block(Height height) const {
  return impl_->chain_store->block(height);
}

Result<BlockHeader> Ledger::header(Height height) const {
  return impl_->chain_store->header(height);
}

Result<Certificate> Ledger::certificate(Height height) const {
  return impl_->chain_store->certificate(height);
}

Result<BatchBodies> Ledger::bodies(Height height) const {
  const auto stored = block(height);
  if (!stored) return fail(stored.error());
  return impl_->bodies_of(*stored);
}

Result<BatchBodies> Ledger::bodies(Height height, const Hash& digest) const {
  return impl_->chain_store->bodies(height, digest);
}

Result<std::vector<Bytes>> Ledger::signed_bodies(Height height) const {
  const auto stored = block(height);
  if (!stored) return fail(stored.error());
  return impl_->chain_store->signed_bodies(height, stored->header.batch_digest);
}

Result<wire::ArchivedBlock> Ledger::archived_block(Height height) const {
  return impl_->chain_store->archived_block(height);
}

Result<std::optional<TransactionPlace>> Ledger::find(const TxId& id) const {
  return impl_->state_store->find(id);
}

Result<StoredTransaction> Ledger::transaction(const TxId& id) const {
  const auto place = find(id);
  if (!place) return fail(place.error());
  if (!place->has_value()) {
    return fail(Code::not_found, fmt::format("transaction {} was not executed here", to_hex(id)));
  }
  const TransactionPlace at = **place;
  const auto stored = block(at.height);
  if (!stored) return fail(stored.error());
  auto envelope = impl_->chain_store->envelope(at.height, stored->header.batch_digest, at.place);
  if (!envelope) return fail(envelope.error());
  std::size_t receipt = 0;
  for (std::uint32_t i = 0; i < at.place; ++i) receipt += stored->skipped[i] ? 0 : 1;
  if (receipt >= stored->receipts.size()) {
    return fail(Code::damaged, fmt::format("block {} has no receipt for its transaction {}",
                                           at.height.value(), at.place));
  }
  return StoredTransaction{at, std::move(*envelope), stored->receipts[receipt]};
}

Result<std::optional<Bytes>> Ledger::attachment(const contract::AttachmentId& id) const {
  return impl_->chain_store->attachment(id);
}

LedgerCounters Ledger::counters() const {
  LedgerCounters out;
  impl_->chain_store->count(out);
  impl_->state_store->count(out);
  out.skipped = impl_->skipped.load();
  out.reexecuted = impl_->reexecuted;
  return out;
}

std::uint64_t Ledger::pending_erasures() const {
  return impl_->chain_store->pending_erasures();
}

Result<void> Ledger::compact_erased() {
  return impl_->chain_store->compact_erased();
}

Result<void> Ledger::persist(const ChainWrites& writes) {
  if (auto done = impl_->chain_store->persist(writes); !done) return done;
  if (!writes.stable.empty()) impl_->state_store->versions().seal(stable());
  return {};
}

Result<std::shared_ptr<const ExecutedBlock>> Ledger::execute(
    const Batch& batch, const std::vector<std::shared_ptr<const Transaction>>& transactions) {
  return impl_->execute(batch, transactions);
}

Result<void> Ledger::apply(const ExecutedBlock& block) {
  impl_->skipped += count_skipped(block.skipped.bytes());
  return impl_->apply(block);
}

}  // namespace generion::ledger
