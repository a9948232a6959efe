// A whole network of nodes in one thread: real ledgers, signatures and runners; the test's own
// network between them.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "runner_machine.h"

namespace generion::node::test {

inline constexpr std::size_t kValidators = 4;
inline const std::vector<std::size_t> kAll{0, 1, 2, 3};

inline std::string name_of(std::size_t i) {
  return "validator " + std::to_string(i);
}

inline std::string governor_of(std::size_t i) {
  return "governor " + std::to_string(i);
}

// Nodes 0 to 3 are the first epoch's validators, 4 is an observer. Messages arrive in the order in
// which they were sent, unless a node is down or `drop` says no.
class Cluster {
 public:
  explicit Cluster(std::uint64_t heartbeat_ms = 30'000)
      : genesis_(ledger::test::make_genesis()), maker_(nullptr) {
    genesis_.parameters.heartbeat_ms = heartbeat_ms;
    genesis_.parameters.epoch_min_ms = 0;
    genesis_.time = TimeMs(read_clocks().wall.value() - 1'000);
    genesis_.validators.clear();
    for (std::size_t i = 0; i < kValidators; ++i) {
      genesis_.validators.push_back(
          {key_of(name_of(i)).public_key(), key_of(governor_of(i)).public_key(), name_of(i)});
    }
    std::ranges::sort(genesis_.validators, {}, &GenesisValidator::key);
    maker_ = std::make_unique<ledger::test::Maker>(genesis_);
    nodes_.resize(kValidators + 1);
  }

  void start(std::size_t i) {
    Node& node = nodes_[i];
    auto opened =
        ledger::Ledger::open(directory_.path() / ("node" + std::to_string(i)), genesis_, {});
    if (!opened) FAIL(opened.error().message);
    node.ledger = std::move(*opened);
    node.machine = std::make_unique<Machine>(genesis_, *node.ledger, name_of(i),
                                             std::move(node.journal), node.listening);
    for (std::size_t other = 0; other < nodes_.size(); ++other) {
      if (other == i || !is_up(other)) continue;
      at(i).runner().on_connected(at(other).key());
      at(other).runner().on_connected(at(i).key());
    }
  }
  void stop(std::size_t i) {
    for (std::size_t other = 0; other < nodes_.size(); ++other) {
      if (other != i && is_up(other)) at(other).runner().on_disconnected(at(i).key());
    }
    nodes_[i].journal = at(i).journal;
    nodes_[i].listening = at(i).listening;
    nodes_[i].machine.reset();
    nodes_[i].ledger.reset();
  }
  void start_all() {
    for (std::size_t i = 0; i < kValidators; ++i) start(i);
  }

  void set_journal(std::size_t i, std::vector<ledger::JournalEntry> journal) {
    nodes_[i].journal = std::move(journal);
  }

  void set_listening(std::size_t i, Listening listening) { nodes_[i].listening = listening; }

  bool is_up(std::size_t i) const { return nodes_[i].machine != nullptr; }
  Machine& at(std::size_t i) { return *nodes_[i].machine; }

  // A client sends a new transaction to this node.
  TransactionPtr submit(std::size_t i) { return submit(i, "patient", DeleteRecord{RecordId(1)}); }
  TransactionPtr submit(std::size_t i, const std::string& sender, Operation operation) {
    const auto transaction = maker_->transaction(sender, {std::move(operation)}, {},
                                                 TimeMs(read_clocks().wall.value() + 600'000));
    at(i).runner().submit(transaction, Height(0), rpc::Wait::accepted, [](const auto&) {});
    return transaction;
  }

  void round() {
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      if (is_up(i)) at(i).round();
    }
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      if (!is_up(i)) continue;
      for (Machine::Sent& sent : std::exchange(at(i).outbox, {})) deliver(i, sent);
    }
  }

  bool run_until(const std::function<bool()>& done) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!done()) {
      if (std::chrono::steady_clock::now() > end) return false;
      round();
    }
    return true;
  }

  bool have_executed(const TransactionPtr& transaction, std::vector<std::size_t> where) {
    return std::ranges::all_of(where, [&](std::size_t i) {
      const auto found = at(i).ledger().find(transaction->id);
      return found && found->has_value();
    });
  }

  // All roots are equal at the lowest tip of these nodes, and it is final there.
  bool agree(std::vector<std::size_t> where) {
    Height lowest = at(where.front()).ledger().tip()->height();
    for (const std::size_t i : where) lowest = std::min(lowest, at(i).ledger().tip()->height());
    const auto header = at(where.front()).ledger().header(lowest);
    return header && std::ranges::all_of(where, [&](std::size_t i) {
             const auto other = at(i).ledger().header(lowest);
             return other && *other == *header;
           });
  }

  std::function<bool(std::size_t from, std::size_t to, const PeerMessage&)> drop;

 private:
  struct Node {
    std::unique_ptr<ledger::Ledger> ledger;
    std::unique_ptr<Machine> machine;
    std::vector<ledger::JournalEntry> journal;
    std::optional<Listening> listening;
  };

  void deliver(std::size_t from, const Machine::Sent& sent) {
    for (std::size_t to = 0; to < nodes_.size(); ++to) {
      if (to == from || !is_up(to)) continue;
      const bool is_meant =
          sent.to ? *sent.to == at(to).key() : sent.to_all || at(from).is_member(at(to).key());
      if (!is_meant || (drop && drop(from, to, sent.message))) continue;
      at(to).receive(at(from).key(), sent.message);
    }
  }

  ledger::test::TemporaryDirectory directory_;
  Genesis genesis_;
  std::unique_ptr<ledger::test::Maker> maker_;
  std::vector<Node> nodes_;
};

}  // namespace generion::node::test
