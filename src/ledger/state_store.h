// The state database: objects, tree pages, look-ups, executed transaction ids; the versions that
// can be read. It has no log: what a crash takes is executed again from the chain database.
//
// prepare and apply are called by one thread, the executor's; the rest by any.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "ledger/database.h"
#include "ledger/execution_state.h"
#include "ledger/ledger.h"
#include "ledger/state_cache.h"
#include "ledger/versions.h"

namespace generion::ledger {

class StateStore final : public ExecutionState {
 public:
  // Errors as Database::open, and damaged if its tree does not have the root that its header says.
  static Result<std::unique_ptr<StateStore>> open(const std::filesystem::path& directory,
                                                  const Hash& chain, const LedgerOptions& options,
                                                  std::shared_ptr<rocksdb::Cache> cache);

  // Whether no state was ever applied, not even that of height 0. Then there is no tip.
  bool is_empty() const { return is_empty_; }

  std::shared_ptr<const StateVersion> tip() const override { return versions_.tip(); }
  std::shared_ptr<const PendingState> prepare(const contract::BlockWrites& writes) const override;

  // Writes and publishes the state of the next height. `executed`: ids of transactions with a
  // receipt and their places in the batch.
  struct ExecutedId {
    TxId id;
    std::uint32_t place = 0;
  };
  Result<void> apply(const BlockHeader& header, const contract::BlockWrites& writes,
                     const PendingState& pending, std::span<const ExecutedId> executed);

  Result<std::optional<TransactionPlace>> find(const TxId& id) const override;
  Result<void> flush(bool wait);

  Result<void> copy_to(const std::filesystem::path& directory, const Hash& chain,
                       std::uint64_t format) const {
    return database_->copy_to(directory, chain, format);
  }

  Versions& versions() { return versions_; }
  const Versions& versions() const { return versions_; }
  void count(LedgerCounters& counters) const;  // adds this store's part

 private:
  StateStore(std::unique_ptr<Database> database, const LedgerOptions& options);
  Result<void> load();
  Result<StateTree> load_tree(std::uint64_t size) const;
  Slot slot_of(ByteView key) const;  // throws StorageFailure
  void update_cache(Height height, const contract::BlockWrites& writes,
                    const PendingState& pending);
  void publish(const BlockHeader& header, const StateTree& tree);
  std::shared_ptr<const TreePage> page(std::uint64_t number) const;

  // Both shared with the versions.
  std::shared_ptr<Database> database_;
  std::shared_ptr<StateCache> cache_;
  Versions versions_;
  bool is_empty_ = true;
  StateTree tree_;  // the tip's
  // Leaf pages used lately, of the tip: the newer half, and the older one that goes next.
  using PageCache = std::unordered_map<std::uint64_t, std::shared_ptr<const TreePage>>;
  mutable PageCache recent_pages_;
  mutable PageCache older_pages_;
  std::atomic<std::uint64_t> writes_{0};
  std::atomic<std::uint64_t> bytes_{0};
  std::atomic<std::uint64_t> flushes_{0};
};

}  // namespace generion::ledger
