#include <algorithm>
#include <set>

#include "node/journal_codec.h"
#include "runner_cluster.h"

namespace generion::node {
namespace {

using test::Cluster;
using test::kAll;
using test::kValidators;
using test::Machine;

TEST_CASE("runners: four order what clients send to each of them, and agree") {
  Cluster cluster;
  cluster.start_all();
  std::vector<TransactionPtr> sent;
  for (std::size_t i = 0; i < 40; ++i) {
    sent.push_back(cluster.submit(i % kValidators));
    if (i % 8 == 0) cluster.round();
  }
  REQUIRE(cluster.run_until([&] {
    return std::ranges::all_of(sent,
                               [&](const auto& tx) { return cluster.have_executed(tx, kAll); });
  }));
  CHECK(cluster.agree(kAll));
  REQUIRE(cluster.run_until([&] {
    return std::ranges::all_of(kAll, [&](std::size_t i) {
      return cluster.at(i).runner().status().mempool == 0 &&
             cluster.at(i).ledger().stable() == cluster.at(i).ledger().tip()->height();
    });
  }));
  for (const std::size_t i : kAll) {
    CHECK(cluster.at(i).runner().status().outcomes.refused == 40);  // there is no such record
  }
}

// A backup is not asked to check an empty batch, and once had nothing to execute.
TEST_CASE("runners: an idle chain makes empty blocks, which a restart and an observer take too") {
  Cluster cluster(/*heartbeat_ms=*/200);
  cluster.start_all();
  const auto reached = [&](std::uint64_t height, const std::vector<std::size_t>& where) {
    return cluster.run_until([&] {
      return std::ranges::all_of(
          where, [&](std::size_t i) { return cluster.at(i).ledger().stable() >= Height(height); });
    });
  };
  REQUIRE(reached(2, kAll));
  CHECK(cluster.at(1).ledger().block(Height(1))->batch.ids.empty());
  cluster.stop(1);
  cluster.start(1);
  cluster.start(4);
  REQUIRE(reached(4, {0, 1, 2, 3, 4}));
  CHECK(cluster.agree({0, 1, 4}));
}

TEST_CASE("runners: a proposal's transactions are fetched where their bundle was lost") {
  Cluster cluster;
  cluster.drop = [](std::size_t from, std::size_t to, const PeerMessage& message) {
    return std::holds_alternative<TransactionBundle>(message) && from == 0 && to == 1;
  };
  cluster.start_all();
  const auto sent = cluster.submit(0);
  REQUIRE(cluster.run_until([&] { return cluster.have_executed(sent, kAll); }));
  CHECK(cluster.agree(kAll));
}

// The primary takes everything but one hospital's transaction, and the chain goes on: only what
// passes that one by tells.
TEST_CASE("runners: a primary that passes a transaction over is replaced") {
  Cluster cluster;
  cluster.start_all();
  const PublicKey primary = cluster.at(0).runner().status().replica.primary;
  const auto leads = [&](std::size_t i) { return cluster.at(i).key() == primary; };
  const std::size_t leader = *std::ranges::find_if(kAll, leads);
  const std::size_t other = (leader + 1) % kValidators;
  Bytes censored;
  cluster.drop = [&](std::size_t, std::size_t to, const PeerMessage& message) {
    const auto* bundle = std::get_if<TransactionBundle>(&message);
    return bundle != nullptr && to == leader &&
           std::ranges::any_of(bundle->transactions, [&](const SignedTransaction& held) {
             return held.body == censored;
           });
  };
  const auto hidden = cluster.submit(other);
  censored = hidden->envelope.body;
  const auto submit_others = [&] {
    for (const std::size_t i : kAll) {
      if (i != other && cluster.at(i).runner().status().mempool < 4) cluster.submit(i);
    }
  };
  REQUIRE(cluster.run_until([&] {
    submit_others();
    return cluster.have_executed(hidden, kAll);
  }));
  CHECK(cluster.agree(kAll));
  for (const std::size_t i : kAll) CHECK(cluster.at(i).runner().status().counters.views_left == 1);
}

TEST_CASE("runners: the primary acknowledges what others offer") {
  Cluster cluster;
  cluster.start_all();
  const PublicKey primary = cluster.at(0).runner().status().replica.primary;
  std::set<TxId> acknowledged;
  cluster.drop = [&](std::size_t from, std::size_t, const PeerMessage& message) {
    const auto* ack = std::get_if<TransactionAck>(&message);
    if (ack != nullptr && cluster.at(from).key() == primary) {
      acknowledged.insert(ack->ids.begin(), ack->ids.end());
    }
    return false;
  };
  std::set<TxId> offered;
  for (const std::size_t i : kAll) {
    const auto sent = cluster.submit(i);
    if (cluster.at(i).key() != primary) offered.insert(sent->id);
  }
  REQUIRE(cluster.run_until([&] { return std::ranges::includes(acknowledged, offered); }));
}

// Who has no certificate of a block can prove nothing of it.
TEST_CASE("runners: a block that became final by a later one's certificate gets its own") {
  const bool restarts = GENERATE(false, true);
  Cluster cluster;
  cluster.start_all();
  cluster.drop = [&](std::size_t, std::size_t to, const PeerMessage& message) {
    if (to != 1) return false;
    if (std::holds_alternative<BlockReply>(message)) return restarts;
    const auto* vote = std::get_if<Message>(&message);
    const auto* seal = vote == nullptr ? nullptr : std::get_if<SealVote>(vote);
    const auto* stable = vote == nullptr ? nullptr : std::get_if<StableReport>(vote);
    return (seal != nullptr && seal->seal.height == Height(1)) ||
           (stable != nullptr && stable->stable.header.height == Height(1));
  };
  const auto first = cluster.submit(0);
  REQUIRE(cluster.run_until([&] { return cluster.have_executed(first, kAll); }));
  cluster.submit(0);
  REQUIRE(cluster.run_until([&] { return cluster.at(1).ledger().stable() >= Height(2); }));
  if (restarts) {
    CHECK_FALSE(cluster.at(1).ledger().certificate(Height(1)));
    cluster.stop(1);
    cluster.drop = nullptr;
    cluster.start(1);
  }
  REQUIRE(
      cluster.run_until([&] { return cluster.at(1).ledger().certificate(Height(1)).has_value(); }));
}

// A bundle whose signatures were checked while its transactions were fetched and executed left them
// in the mempool until they ended, so that the node saw work and complained.
TEST_CASE("runners: what was executed while it was checked does not wait again") {
  Cluster cluster;
  cluster.drop = [](std::size_t, std::size_t to, const PeerMessage& message) {
    return std::holds_alternative<TransactionBundle>(message) && to == 1;
  };
  cluster.start_all();
  const auto sent = cluster.submit(0);
  Machine& late = cluster.at(1);
  REQUIRE(cluster.run_until([&] { return late.runner().status().outcomes.refused == 1; }));
  late.runner().on_transactions(cluster.at(0).key(), Height(0), {sent});
  CHECK(late.runner().status().mempool == 0);
  std::optional<Height> told;
  late.runner().submit(sent, Height(0), rpc::Wait::executed, [&](const auto& outcome) {
    if (outcome) told = outcome->height;
  });
  CHECK(late.runner().status().mempool == 0);
  CHECK(told == late.ledger().find(sent->id)->value().height);
}

// Bodies were only stored with an own PREPARE, so such a block had none on disk.
TEST_CASE("runners: what is executed without an own PREPARE is stored with its bodies") {
  Cluster cluster;
  cluster.drop = [](std::size_t, std::size_t to, const PeerMessage& message) {
    const auto* vote = std::get_if<Message>(&message);
    return to == 1 && vote != nullptr &&
           (std::holds_alternative<PrePrepare>(*vote) || std::holds_alternative<Prepare>(*vote));
  };
  cluster.start_all();
  const auto sent = cluster.submit(0);
  REQUIRE(cluster.run_until([&] { return cluster.have_executed(sent, kAll); }));
  const auto stored = cluster.at(1).ledger().transaction(sent->id);
  REQUIRE(stored);
  CHECK(stored->envelope == sent->envelope);
}

TEST_CASE("runners: with one of four gone the others go on, whoever led") {
  for (std::size_t gone = 0; gone < kValidators; ++gone) {
    Cluster cluster;
    cluster.start_all();
    const auto first = cluster.submit(0);
    REQUIRE(cluster.run_until([&] { return cluster.have_executed(first, kAll); }));
    cluster.stop(gone);
    std::vector<std::size_t> rest = kAll;
    std::erase(rest, gone);
    std::vector<TransactionPtr> sent;
    for (const std::size_t i : rest) sent.push_back(cluster.submit(i));
    REQUIRE(cluster.run_until([&] {
      return std::ranges::all_of(sent,
                                 [&](const auto& tx) { return cluster.have_executed(tx, rest); });
    }));
    CHECK(cluster.agree(rest));

    // It comes back, learns what it missed, and takes part again.
    cluster.start(gone);
    REQUIRE(cluster.run_until([&] { return cluster.have_executed(sent.back(), kAll); }));
    const auto last = cluster.submit(gone);
    REQUIRE(cluster.run_until([&] { return cluster.have_executed(last, kAll); }));
    CHECK(cluster.agree(kAll));
  }
}

TEST_CASE("runners: with two of four gone nothing is ordered, until one is back") {
  Cluster cluster;
  cluster.start_all();
  cluster.stop(2);
  cluster.stop(3);
  const auto sent = cluster.submit(0);
  for (int i = 0; i < 200; ++i) cluster.round();
  CHECK_FALSE(cluster.have_executed(sent, {0}));
  cluster.start(3);
  REQUIRE(cluster.run_until([&] { return cluster.have_executed(sent, {0, 1, 3}); }));
}

TEST_CASE("runners: all of them stop and start again") {
  Cluster cluster;
  cluster.start_all();
  const auto first = cluster.submit(0);
  REQUIRE(cluster.run_until([&] { return cluster.have_executed(first, kAll); }));
  for (const std::size_t i : kAll) cluster.stop(i);
  cluster.start_all();
  const auto second = cluster.submit(2);
  REQUIRE(cluster.run_until([&] { return cluster.have_executed(second, kAll); }));
  CHECK(cluster.have_executed(first, kAll));
  CHECK(cluster.agree(kAll));
}

TEST_CASE("runners: one whose journal is an old copy says so and votes no more") {
  Cluster cluster;
  cluster.start_all();
  const auto first = cluster.submit(0);
  REQUIRE(cluster.run_until([&] { return cluster.have_executed(first, kAll); }));
  // Votes on a height that does not become final are what the others remember.
  cluster.drop = [](std::size_t, std::size_t, const PeerMessage& message) {
    const auto* vote = std::get_if<Message>(&message);
    return vote != nullptr && std::holds_alternative<Commit>(*vote);
  };
  const auto old_journal = cluster.at(3).journal;
  cluster.submit(0);
  REQUIRE(cluster.run_until([&] {
    const auto& journal = cluster.at(3).journal;
    return std::any_of(journal.begin() + static_cast<std::ptrdiff_t>(old_journal.size()),
                       journal.end(), [](const ledger::JournalEntry& record) {
                         const auto entry = decode_journal_entry(record.bytes);
                         const auto* vote = std::get_if<consensus::OwnVote>(&*entry);
                         return vote != nullptr && std::holds_alternative<Prepare>(vote->message);
                       });
  }));
  for (int i = 0; i < 5; ++i) cluster.round();
  cluster.stop(3);
  cluster.set_journal(3, old_journal);
  cluster.start(3);
  CHECK(cluster.run_until([&] { return cluster.at(3).listening.has_value(); }));
  CHECK(cluster.at(3).runner().status().replica.has_lost_votes);
}

TEST_CASE("runners: an observer follows, and passes transactions on") {
  Cluster cluster;
  cluster.start_all();
  const auto first = cluster.submit(1);
  REQUIRE(cluster.run_until([&] { return cluster.have_executed(first, kAll); }));
  cluster.start(4);
  REQUIRE(cluster.run_until([&] { return cluster.have_executed(first, {4}); }));
  CHECK_FALSE(cluster.at(4).runner().status().is_validator);
  const auto second = cluster.submit(4);
  REQUIRE(cluster.run_until([&] { return cluster.have_executed(second, {0, 4}); }));
  CHECK(cluster.agree({0, 4}));
  CHECK(cluster.run_until([&] { return cluster.at(4).runner().status().mempool == 0; }));
}

}  // namespace
}  // namespace generion::node
