// Runners whose threads are the test's own: what one hands out is done at once, what comes back
// waits in a queue, what it sends waits in another. So a whole network of nodes, with real ledgers
// and real signatures, runs in one thread.
#pragma once

#include <catch2/catch.hpp>
#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "../ledger/chain_fixture.h"
#include "../ledger/temporary_directory.h"
#include "node/clock.h"
#include "node/peer_checks.h"
#include "node/peer_server.h"
#include "node/replica_runner.h"
#include "node/restore.h"

namespace generion::node::test {

using ledger::test::key_of;

class Machine {
 public:
  static constexpr std::uint64_t kCensorAfter = 20;

  struct Sent {
    std::optional<PublicKey> to;  // none: to all validators, or to all nodes
    bool to_all = false;
    PeerMessage message;
  };

  // With what an earlier one has written into its journal.
  Machine(const Genesis& genesis, ledger::Ledger& chain, std::string_view name = "validator",
          std::vector<ledger::JournalEntry> old_journal = {},
          std::optional<Listening> old_listening = std::nullopt)
      : journal(std::move(old_journal)),
        listening(old_listening),
        ledger_(chain),
        key_(key_of(name)),
        parameters_(genesis.parameters) {
    RunnerSettings settings;
    settings.epoch = *epoch_state(chain);
    members_ = membership(chain.chain(), *settings.epoch.rules);
    settings.replica.self = key_.public_key();
    settings.replica.timeout_ms = 300;
    settings.replica.catch_up_ms = 50;
    settings.replica.status_ms = 20;
    settings.mempool.ingresses = genesis.validators.size() + 1;
    settings.next_due = *next_due(chain);
    settings.listening = listening;
    settings.censor_after = kCensorAfter;
    auto entries = *decode_journal(journal);
    const auto restored = *restore_replica(chain, settings.epoch.rules->number, entries);
    runner_ = std::make_unique<ReplicaRunner>(settings, restored, std::move(entries), chain, key_,
                                              links());
    runner_->start();
  }

  // Until there are so many blocks; false if they do not come.
  bool run_until(std::size_t count) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (blocks.size() < count || !tasks_.empty()) {
      if (std::chrono::steady_clock::now() > end) return false;
      round();
    }
    return true;
  }

  void round() {
    for (std::deque<ReplicaTask> now = std::exchange(tasks_, {}); ReplicaTask & task : now) {
      task(*runner_);
    }
    runner_->tick();
  }

  // What PeerInbox and PeerServer do, without threads.
  void receive(const PublicKey& from, PeerMessage message) {
    std::visit([&](auto& held) { on(from, std::move(held)); }, message);
  }

  ReplicaRunner& runner() { return *runner_; }
  // Whether it knows it as a validator.
  bool is_member(const PublicKey& peer) const { return members_.set.index_of(peer).has_value(); }
  PublicKey key() const { return key_.public_key(); }
  const ledger::Ledger& ledger() const { return ledger_; }

  std::vector<ExecutorThread::BlockPtr> blocks;  // executed
  std::vector<ledger::JournalEntry> journal;
  std::deque<Sent> outbox;
  std::set<PublicKey> punished;
  std::optional<Listening> listening;

 private:
  static void must(const Result<void>& result) {
    if (!result) FAIL(result.error().message);
  }

  RunnerLinks links() {
    RunnerLinks out;
    out.is_checking = [] { return false; };
    out.post = [this](ReplicaTask task) { tasks_.push_back(std::move(task)); };
    out.persist = [this](DurableJob job) {
      must(ledger_.persist(job.chain));
      for (JournalRecord& record : job.records) {
        journal.push_back({ledger::JournalSequence(journal.size() + 1), std::move(record.bytes)});
      }
      if (job.done) job.done();
    };
    out.execute = [this](Batch batch, std::vector<TransactionPtr> transactions) {
      waiting_.emplace_back(std::move(batch), std::move(transactions));
      execute_next();
    };
    out.apply = [this](ExecutorThread::BlockPtr block) {
      must(ledger_.apply(*block));
      is_applying_ = false;
      tasks_.push_back([block = std::move(block), due = *next_due(ledger_)](ReplicaRunner& runner) {
        runner.on_applied(block, due);
      });
      execute_next();
    };
    out.verify = [this](std::move_only_function<ReplicaTask()> job) { tasks_.push_back(job()); };
    out.peers.send = [this](const PublicKey& to, PeerMessage message) {
      outbox.push_back({to, false, std::move(message)});
    };
    out.peers.to_validators = [this](PeerMessage message) {
      outbox.push_back({std::nullopt, false, std::move(message)});
    };
    out.peers.to_all = [this](PeerMessage message) {
      outbox.push_back({std::nullopt, true, std::move(message)});
    };
    out.peers.punish = [this](const PublicKey& peer, const std::string&) { punished.insert(peer); };
    out.keep_listening = [this](const std::optional<Listening>& kept) { listening = kept; };
    out.begin_epoch = [this](const EpochState& epoch) {
      members_ = membership(ledger_.chain(), *epoch.rules);
    };
    out.keep_evidence = [](const consensus::Evidence&) {};
    out.answer_sealed = [](const Waiters::Sealed&) {};
    out.on_block = [] {};
    out.fatal = [](const Error& error) { FAIL(error.message); };
    return out;
  }

  void execute_next() {
    if (is_applying_ || waiting_.empty()) return;
    const auto [batch, transactions] = std::move(waiting_.front());
    waiting_.pop_front();
    auto block = ledger_.execute(batch, transactions);
    REQUIRE(block.has_value());
    is_applying_ = true;
    blocks.push_back(*block);
    tasks_.push_back([made = *block](ReplicaRunner& runner) { runner.on_executed(made); });
  }

  void on(const PublicKey& from, Message message) {
    if (const Epoch epoch = consensus::epoch_of(message); epoch != members_.epoch) {
      const bool asks = std::holds_alternative<StatusReport>(message) && epoch < members_.epoch;
      const auto last = asks ? last_block_of(ledger_, epoch) : std::nullopt;
      if (last) outbox.push_back({from, false, Message(StableReport{*last, key()})});
      return;
    }
    auto verified = consensus::verify_message(members_, std::move(message), from);
    if (!verified) FAIL(verified.error().message);
    runner_->on_message(*verified);
  }
  void on(const PublicKey& from, TransactionBundle bundle) {
    std::vector<TransactionPtr> checked;
    for (SignedTransaction& envelope : bundle.transactions) {
      auto good = check_peer_shape(std::move(envelope), members_.chain, parameters_);
      if (!good) FAIL(good.error().message);
      must(check_peer_signatures(**good));
      checked.push_back(*good);
    }
    runner_->on_transactions(from, Height(0), checked);
  }
  void on(const PublicKey& from, const BatchRequest& request) {
    outbox.push_back({from, false, answer_batch(ledger_, request)});
  }
  void on(const PublicKey& from, const BlockRequest& request) {
    outbox.push_back({from, false, answer_blocks(ledger_, request)});
  }
  template <class T>
  void on(const PublicKey& from, T message) {
    if constexpr (requires { runner_->on_peer(from, std::move(message)); }) {
      runner_->on_peer(from, std::move(message));
    } else {
      FAIL("it is of joining, which is no runner's");
    }
  }

  ledger::Ledger& ledger_;
  const crypto::SigningKey key_;
  const Parameters parameters_;
  consensus::Membership members_;
  std::deque<ReplicaTask> tasks_;
  std::deque<std::pair<Batch, std::vector<TransactionPtr>>> waiting_;
  bool is_applying_ = false;  // a block was executed and is not applied yet
  std::unique_ptr<ReplicaRunner> runner_;
};

}  // namespace generion::node::test
