#include "ledger/ledger.h"

#include <fmt/format.h>

#include <bit>

#include "base/assert.h"
#include "base/hex.h"
#include "contract/epoch_queries.h"
#include "ledger/join_files.h"
#include "ledger/ledger_impl.h"

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
Height Ledger::base() const {
  return impl_->chain_store->base();
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

Result<void> Ledger::prune(Height height) {
  GENERION_ASSERT(height <= stable());
  if (height <= base()) return {};
  GENERION_ASSERT(height <= tip()->height());
  // What a crash takes of the state has to be executed again from blocks that stay.
  if (auto done = impl_->state_store->flush(true); !done) return done;
  std::vector<Height> ends;
  try {
    const auto state = tip();
    for (Epoch number;; number = number.next()) {
      const auto found = contract::find_epoch(*state, number);
      if (!found || !found->epoch.last || *found->epoch.last > height) break;
      if (*found->epoch.last > base()) ends.push_back(*found->epoch.last);
    }
  } catch (const StorageFailure& failure) {
    return fail(failure.error());
  }
  for (const char* name : {kChainDirectory, kStateDirectory}) {
    if (auto done = Database::raise_format(impl_->directory / name, impl_->chain); !done) {
      return done;
    }
  }
  return impl_->chain_store->prune(height, ends);
}

// The state first: it must not be above the last block.
Result<void> Ledger::copy_to(const std::filesystem::path& directory) const {
  std::error_code error;
  if (fs::exists(directory, error)) {
    return fail(Code::file_exists,
                directory.string() + " is there already: name a directory that is not");
  }
  if (auto done = create_private_directory(directory); !done) return done;
  const std::uint64_t format = base() > Height(0) ? 2 : 1;
  if (auto done = impl_->state_store->copy_to(directory / kStateDirectory, impl_->chain, format);
      !done) {
    return done;
  }
  if (auto done = impl_->chain_store->copy_to(directory / kChainDirectory, impl_->chain, format);
      !done) {
    return done;
  }
  return sync_directory(directory);
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
