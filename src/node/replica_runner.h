// Drives the replica: chooses what to propose, signs and persists what it wants to say, hands
// committed batches to the executor, answers those who wait. Everything here belongs to the replica
// thread; others post tasks.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "consensus/replica.h"
#include "crypto/keys.h"
#include "ledger/ledger.h"
#include "node/executor_thread.h"
#include "node/journal_thread.h"
#include "node/mempool.h"
#include "node/waiters.h"
#include "types/genesis.h"

namespace generion::node {

class ReplicaRunner;

// Something for the replica thread to do.
using ReplicaTask = std::move_only_function<void(ReplicaRunner&)>;

// What the runner asks of the threads beside it.
struct RunnerLinks {
  std::function<void(ReplicaTask)> post;
  std::function<void(DurableJob)> persist;
  std::function<void(Batch, std::vector<TransactionPtr>)> execute;
  std::function<void(ExecutorThread::BlockPtr)> apply;
  // Answers a waiter once the receipt's proof is made, on a thread that may read the disk.
  std::function<void(Waiters::Sealed)> answer_sealed;
  std::function<void(Error)> fatal;
  std::function<void()> on_block;  // a block was applied, or is sealed on disk
};

struct RunnerSettings {
  consensus::Settings replica;
  Parameters parameters;
  std::size_t batch_fill = 200;
  MempoolLimits mempool;
  std::optional<TimeMs> next_due;  // when the next thing falls due after the tip
};

struct RunnerCounters {
  std::uint64_t proposals = 0;
  std::uint64_t accepted = 0;  // transactions taken into the mempool
  std::uint64_t executed = 0;
  std::uint64_t refused = 0;
  std::uint64_t expired = 0;
  std::uint64_t evidence = 0;
};

// What other threads may know; a copy.
struct RunnerStatus {
  consensus::Status replica;
  RunnerCounters counters;
  std::size_t mempool = 0;
  std::size_t mempool_bytes = 0;
  std::size_t waiters = 0;
};

class ReplicaRunner {
 public:
  ReplicaRunner(RunnerSettings settings, const consensus::Restored& restored,
                ledger::Ledger& ledger, const crypto::SigningKey& key, RunnerLinks links);

  void start();

  // A verified transaction, with one who waits for it.
  void submit(TransactionPtr transaction, rpc::Wait wait, Waiters::Callback callback);

  // Someone waits for the seal of a block that stands already.
  void wait_for_seal(rpc::Outcome outcome, Waiters::Callback callback);

  void on_executed(ExecutorThread::BlockPtr block);  // by the executor, not durable yet
  // `next_due`: when the next thing falls due after it.
  void on_applied(const ExecutorThread::BlockPtr& block, std::optional<TimeMs> next_due);

  // After each round of tasks, and when `next_tick` has come.
  void tick();
  std::chrono::steady_clock::time_point next_tick() const { return next_tick_; }

  // The node stops: nothing is proposed any more, all who wait are told.
  void stop();

  RunnerStatus status() const;

  // Transactions that wait to be executed. Any thread.
  const PendingIds& pending() const { return mempool_.pending(); }

 private:
  struct Bodies {
    consensus::BatchPtr batch;
    std::vector<TransactionPtr> transactions;
  };

  void run(consensus::Actions actions);
  void run_persist(std::vector<consensus::Persist>& persists);
  void add_to_job(DurableJob& job, consensus::Persist& persist);
  void sign(Message& message) const;
  void on_durable(const consensus::Persist& persist);
  void run_fetch(const consensus::Fetch& fetch);
  void run_execute(const consensus::Execute& execute);
  void run_stable(const std::vector<CertifiedHeader>& stable);
  void remember_view_record(const consensus::JournalEntry& entry, const Bytes& bytes);

  void propose();
  bool propose_once();
  bool wants_empty_batch(TimeMs time) const;
  void give_back(Height height);
  const Bodies* find_bodies(Height height, const Hash& digest);
  void answer(const ledger::ExecutedBlock& block);
  void answer_skipped(const TxId& id);
  void answer_sealed();

  RunnerSettings settings_;
  ledger::Ledger& ledger_;
  const crypto::SigningKey& key_;
  RunnerLinks links_;
  consensus::Replica replica_;
  Mempool mempool_;
  Waiters waiters_;

  std::map<std::pair<Height, Hash>, Bodies> bodies_;     // of heights above stable, by digest
  std::map<Height, std::vector<TxId>> proposed_;         // own proposals that are not executed
  std::map<Height, ExecutorThread::BlockPtr> executed_;  // not durable yet
  std::multimap<View, Bytes> view_records_;  // journal records that speak of a view, not a height
  consensus::Monotonic last_tick_;
  std::chrono::steady_clock::time_point next_tick_;
  TimeMs last_expiry_;
  Height applied_;                  // the newest that on_applied told of
  std::optional<TimeMs> next_due_;  // after it
  Height sealed_;                   // certificates up to here are on disk
  bool stopping_ = false;
  RunnerCounters counters_;
};

// What a restart gives back to the replica, from the ledger and the journal's entries.
Result<consensus::Restored> restore_replica(const ledger::Ledger& ledger,
                                            const std::vector<ledger::JournalEntry>& entries);

}  // namespace generion::node
