// Drives the replica, a new one in each epoch: chooses what to propose, signs, persists and sends
// what it wants to say, gathers what others proposed, hands committed batches to the executor,
// catches up, answers those who wait. A node whose key is not in the epoch's set has no replica: it
// only catches up, and passes its clients' transactions on. Everything here belongs to the replica
// thread; others post tasks.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "consensus/censorship.h"
#include "consensus/replica.h"
#include "crypto/keys.h"
#include "ledger/ledger.h"
#include "node/answers.h"
#include "node/batch_fetcher.h"
#include "node/batch_store.h"
#include "node/block_sync.h"
#include "node/certificate_fetcher.h"
#include "node/epoch_state.h"
#include "node/executor_thread.h"
#include "node/head_tracker.h"
#include "node/journal_thread.h"
#include "node/listening.h"
#include "node/mempool.h"
#include "node/peer_links.h"
#include "node/proposer.h"
#include "node/transaction_relay.h"
#include "node/vote_filter.h"
#include "node/vote_journal.h"

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
  std::function<void(Waiters::Sealed)> answer_sealed;  // as Answers wants it
  // Runs the job on a verify thread and posts what it returns.
  std::function<void(std::move_only_function<ReplicaTask()>)> verify;
  std::function<bool()> is_checking;  // whether transactions wait for a verify thread
  PeerLinks peers;
  std::function<void(const consensus::Evidence&)> keep_evidence;  // returns at once
  // Until when this node listens, if it does; to be remembered for later starts.
  std::function<void(const std::optional<Listening>&)> keep_listening;
  // Before anything of this epoch is said: who is heard, and by which rules.
  std::function<void(const EpochState&)> begin_epoch;
  std::function<void(Error)> fatal;
  std::function<void()> on_block;  // a block was applied, or is sealed on disk
};

struct RunnerSettings {
  consensus::Settings replica;  // what is this node's own; the rest comes from `epoch`
  EpochState epoch;             // may not have this node in its set: then there is no replica
  std::size_t batch_fill = 200;
  MempoolLimits mempool;
  std::uint64_t censor_after = 1'000;  // of consensus::CensorWatch
  std::optional<TimeMs> next_due;      // when the next thing falls due after the tip
  // This node's journal lacks votes that it has cast: it only follows.
  std::optional<Listening> listening;
};

struct RunnerCounters {
  std::uint64_t proposals = 0;
  std::uint64_t accepted = 0;  // transactions taken into the mempool
  std::uint64_t evidence = 0;
  std::uint64_t views_left = 0;      // view changes that this replica took part in
  std::uint64_t blocks_fetched = 0;  // caught up with, instead of voted for
};

// What other threads may know; a copy.
struct RunnerStatus {
  consensus::Status replica;  // of an observer: heights only
  Epoch epoch;
  bool is_validator = false;
  std::optional<Listening> listening;
  bool is_syncing = false;
  Height head;  // of the chain, as far as this node has heard
  // A final block differs from what its execution gives here.
  std::optional<Height> foreign_block;
  std::size_t gathering = 0;  // batches that lack transactions
  RunnerCounters counters;
  OutcomeCounters outcomes;
  std::size_t mempool = 0;
  std::size_t mempool_bytes = 0;
  double mempool_fullest_share = 0;  // of an ingress: 0 empty, 1 full
  std::size_t waiters = 0;
};

class ReplicaRunner {
 public:
  // `journal` are all of its entries, `restored` what the ledger and they give for the epoch.
  ReplicaRunner(RunnerSettings settings, const consensus::Restored& restored,
                std::vector<consensus::JournalEntry> journal, ledger::Ledger& ledger,
                const crypto::SigningKey& key, RunnerLinks links);

  void start();

  // A verified transaction, with one who waits for it. `looked_up`: no block up to this height has
  // executed it.
  void submit(TransactionPtr transaction, Height looked_up, rpc::Wait wait,
              Waiters::Callback callback);

  // Someone waits for the seal of a block that stands already.
  void wait_for_seal(rpc::Outcome outcome, Waiters::Callback callback);

  // From peers. What is no Verified and no checked transaction is a claim.
  void on_message(const consensus::Verified<Message>& message);
  // `known`: of the same bundle, in the mempool when it was looked at.
  void on_transactions(const PublicKey& from, Height looked_up,
                       const std::vector<TransactionPtr>& checked, std::vector<TxId> known = {});
  void on_peer(const PublicKey& from, const TransactionAck& ack);
  void on_peer(const PublicKey& from, const TransactionRequest& request);
  void on_peer(const PublicKey& from, TransactionReply reply);
  void on_peer(const PublicKey& from, BatchReply reply);
  void on_peer(const PublicKey& from, BlockReply reply);
  void on_peer(const PublicKey& from, const Tip& tip);
  // Blocks are not fetched meanwhile: this node joins by a snapshot.
  void pause_sync(bool paused) { is_sync_paused_ = paused; }
  void on_connected(const PublicKey& peer);
  void on_disconnected(const PublicKey& peer);

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
  const VoteFilter& vote_filter() const { return vote_filter_; }

 private:
  // replica_runner.cpp: what the replica wants done
  template <class Input>
  void input(const Input& input) {
    if (replica_) run(input(*replica_));
  }
  void run(consensus::Actions actions);
  void run_persist(std::vector<consensus::Persist>& persists);
  void add_to_job(DurableJob& job, consensus::Persist& persist);
  void add_batch(DurableJob& job, const consensus::BatchPtr& batch, const Hash& digest);
  const Bodies* bodies_of(const consensus::BatchPtr& batch, const Hash& digest);
  void on_durable(const consensus::Persist& persist, Epoch epoch);
  void sign_proposal(Message& message) const;
  void send(Message message);
  void run_fetch(const consensus::Fetch& fetch);
  void run_execute(const consensus::Execute& execute);
  void run_stable(const std::vector<CertifiedHeader>& stable);
  void report(const std::vector<consensus::Evidence>& evidence);
  void expire(TimeMs now);
  void propose();
  bool propose_once();
  void forget_settled();
  void set_next_tick();
  consensus::Status replica_status() const;
  bool was_executed_since(Height looked_up, const TxId& id) const;

  // replica_runner_epochs.cpp: from one epoch to the next
  const contract::EpochRules& rules() const { return *epoch_.rules; }
  void note_epoch_end(const ledger::ExecutedBlock& block);
  bool is_epoch_over() const;
  void begin_epoch();
  void make_replica(consensus::Restored restored);
  void start_replica(consensus::Now now);
  void fail_epoch(Error error);

  // replica_runner_peers.cpp: what comes from peers, and catching up
  void use_ready_batches();
  void sync_blocks();
  void store_synced(const ExecutorThread::BlockPtr& block, const CertifiedHeader& certified);
  void repeat(consensus::Monotonic now);
  void watch_proposal(const consensus::BatchPtr& batch);
  std::optional<PublicKey> primary() const;
  std::optional<consensus::Monotonic> next_tip_due() const;
  Tip own_tip() const;
  void want_certificates(Height first, Height last, const EpochRulesPtr& rules);
  void store_certificate(Height height, Certificate certificate);
  void tell_sealed();
  BatchFetcher make_fetcher();
  CertificateFetcher make_certificate_fetcher();
  BlockSync make_sync();

  RunnerSettings settings_;
  ledger::Ledger& ledger_;
  const crypto::SigningKey& key_;
  RunnerLinks links_;
  EpochState epoch_;
  std::vector<consensus::JournalEntry> journal_;  // of this epoch and later ones, at the start
  Listener listener_;
  std::optional<consensus::Replica> replica_;
  VoteJournal votes_;
  VoteFilter vote_filter_;
  Mempool mempool_;
  BatchStore batches_;
  Proposer proposer_;
  Answers answers_;
  TransactionRelay relay_;
  consensus::CensorWatch censors_;  // of a node with a replica
  View watched_view_;
  BatchFetcher fetcher_;
  BlockSync sync_;
  CertificateFetcher certificates_;
  HeadTracker heads_;

  std::map<Height, ExecutorThread::BlockPtr> executed_;  // not durable yet
  Height handed_;                                        // to the executor, or stored already
  std::map<Height, SyncBlock> syncing_;                  // handed to it, final already
  std::optional<Height> foreign_block_;
  std::optional<CertifiedHeader> newest_stable_;
  std::optional<CertifiedHeader> durable_stable_;  // on disk: others can ask for it
  consensus::Monotonic last_tick_;
  std::optional<consensus::Monotonic> replica_timer_;
  consensus::Monotonic last_tip_sent_;
  Height tip_sent_;
  std::chrono::steady_clock::time_point next_tick_;
  TimeMs last_expiry_;
  AppliedTip applied_;  // the newest that on_applied told of
  bool stopping_ = false;
  bool is_sync_paused_ = false;
  RunnerCounters counters_;
};

}  // namespace generion::node
