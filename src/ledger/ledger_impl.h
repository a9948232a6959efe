// Private to the ledger: what stands behind the facade. ledger_open.cpp opens it and executes again
// what the state lacks, ledger.cpp is the facade.
#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "base/file.h"
#include "ledger/chain_store.h"
#include "ledger/execute.h"
#include "ledger/flush_schedule.h"
#include "ledger/state_store.h"

namespace generion::ledger {

class Ledger::Impl {
 public:
  Impl(std::filesystem::path path, DirectoryLock directory_lock, const Genesis& genesis,
       const LedgerOptions& options)
      : directory(std::move(path)),
        lock(std::move(directory_lock)),
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

  const std::filesystem::path directory;
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

}  // namespace generion::ledger
