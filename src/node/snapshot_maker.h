// The thread that makes a snapshot after each epoch, forgets old ones, and lets a pruned node's old
// blocks go. The executor only hands it a version of the state, which stays as it is.
#pragma once

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "ledger/ledger.h"
#include "ledger/snapshots.h"
#include "node/config.h"

namespace generion::node {

// The height up to which a pruned node may let go of its blocks: it keeps the last `blocks`, those
// whose ids may still come again (parameter tx_window_ms), and those since the older of the two
// snapshots, without which it prunes nothing. Errors of the ledger's readers.
Result<Height> prunable(const ledger::Ledger& ledger, std::uint64_t blocks, Height older_snapshot);

class SnapshotMaker {
 public:
  struct Settings {
    std::filesystem::path data_dir;
    StorageConfig storage;
    // Called on its thread when the disk refused; nothing is made after that.
    std::function<void(Error)> failed;
    // Whether the node has executed all that it has heard of.
    std::function<bool()> has_caught_up;
  };

  SnapshotMaker(ledger::Ledger& ledger, ledger::Snapshots& snapshots, Settings settings);
  ~SnapshotMaker();  // a snapshot that is being made is given up

  // Any thread: the data were restored, and what was deleted since is not erased yet.
  bool withholds_attachments() const { return is_restored_; }

  // Executor thread, after each block was applied.
  void on_applied(const ledger::ExecutedBlock& block);

 private:
  struct Wanted {
    BlockHeader header;
    std::shared_ptr<const ledger::StateVersion> state;
    Bytes receipts;
  };

  void run();
  void take(const Wanted& wanted);
  Result<void> prune();
  Result<void> end_restore();

  ledger::Ledger& ledger_;
  ledger::Snapshots& snapshots_;
  const Settings settings_;
  std::uint64_t due_per_block_;  // of the epoch that is being executed; the executor thread's
  std::atomic<bool> is_restored_;
  std::uint64_t caught_up_looks_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Wanted> wanted_;  // guarded by mutex_, as is the next
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace generion::node
