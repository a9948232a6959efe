#include <algorithm>

#include "contract/queries.h"
#include "runner_cluster.h"

namespace generion::node {
namespace {

using test::Cluster;
using test::governor_of;
using test::kAll;
using test::key_of;
using test::name_of;

using Nodes = std::vector<std::size_t>;

bool are_in(Cluster& cluster, const Nodes& where, std::uint64_t epoch) {
  return std::ranges::all_of(
      where, [&](std::size_t i) { return cluster.at(i).runner().status().epoch == Epoch(epoch); });
}

// A validator ends the epoch; all of `where` go on to `next`.
void end_epoch(Cluster& cluster, const Nodes& where, std::uint64_t next) {
  cluster.submit(where.front(), governor_of(where.front()), EndEpoch{});
  REQUIRE(cluster.run_until([&] { return are_in(cluster, where, next); }));
}

void order_one(Cluster& cluster, std::size_t through, const Nodes& where) {
  const auto sent = cluster.submit(through);
  REQUIRE(cluster.run_until([&] { return cluster.have_executed(sent, where); }));
  CHECK(cluster.agree(where));
}

// What a majority of the four wants; the proposal's number is `id`.
void decide(Cluster& cluster, std::uint64_t id, const GovernanceAction& action) {
  const auto proposal = cluster.submit(0, governor_of(0), Propose{action});
  REQUIRE(cluster.run_until([&] { return cluster.have_executed(proposal, kAll); }));
  for (const std::size_t i : {1, 2}) {
    const auto vote = cluster.submit(i, governor_of(i), Vote{ProposalId(id), true});
    REQUIRE(cluster.run_until([&] { return cluster.have_executed(vote, kAll); }));
  }
}

TEST_CASE("runners: one epoch follows on another, for an observer too") {
  Cluster cluster;
  cluster.start_all();
  cluster.start(4);
  order_one(cluster, 0, {0, 1, 2, 3, 4});
  end_epoch(cluster, {0, 1, 2, 3, 4}, 1);
  order_one(cluster, 1, {0, 1, 2, 3, 4});
  const auto tip = cluster.at(2).ledger().tip()->header();
  CHECK(tip.epoch == Epoch(1));
  CHECK(tip.height.value() > limits::kLogHeights);
  end_epoch(cluster, {1, 2, 3, 0, 4}, 2);
  order_one(cluster, 4, {0, 1, 2, 3, 4});
}

TEST_CASE("runners: one that was away while epochs ended takes part in the newest") {
  Cluster cluster;
  cluster.start_all();
  order_one(cluster, 0, kAll);
  cluster.stop(3);
  end_epoch(cluster, {0, 1, 2}, 1);
  order_one(cluster, 0, {0, 1, 2});
  end_epoch(cluster, {0, 1, 2}, 2);
  cluster.start(3);
  REQUIRE(cluster.run_until([&] { return are_in(cluster, {3}, 2); }));
  cluster.stop(2);
  order_one(cluster, 3, {0, 1, 3});  // it makes the quorum
}

TEST_CASE("runners: all stop while an epoch ends, and start again in it") {
  for (const std::uint64_t height : {40, 127, 129}) {
    Cluster cluster;
    cluster.start_all();
    cluster.submit(0, governor_of(0), EndEpoch{});
    REQUIRE(cluster.run_until([&] {
      return std::ranges::any_of(
          kAll, [&](std::size_t i) { return cluster.at(i).ledger().stored() >= Height(height); });
    }));
    for (const std::size_t i : kAll) cluster.stop(i);
    cluster.start_all();
    REQUIRE(cluster.run_until([&] { return are_in(cluster, kAll, 1); }));
    order_one(cluster, 2, kAll);
  }
}

// One executes the last block, and holds no certificate of it when it stops.
TEST_CASE("runners: a restart between the last block and its certificate stays in the epoch") {
  Cluster cluster;
  cluster.start_all();
  cluster.drop = [](std::size_t, std::size_t to, const PeerMessage& message) {
    const auto* vote = std::get_if<Message>(&message);
    const auto* seal = vote == nullptr ? nullptr : std::get_if<SealVote>(vote);
    const bool is_last = seal != nullptr && seal->seal.height > Height(limits::kLogHeights);
    const bool tells = vote != nullptr && std::holds_alternative<StableReport>(*vote);
    return to == 1 && (is_last || tells);
  };
  cluster.submit(0, governor_of(0), EndEpoch{});
  const Height last(limits::kLogHeights + 1);
  REQUIRE(cluster.run_until([&] { return cluster.at(1).ledger().tip()->height() == last; }));
  CHECK(are_in(cluster, {1}, 0));
  cluster.stop(1);
  cluster.start(1);
  CHECK(are_in(cluster, {1}, 0));
  cluster.drop = nullptr;
  REQUIRE(cluster.run_until([&] { return are_in(cluster, kAll, 1); }));
  order_one(cluster, 1, kAll);
}

TEST_CASE("runners: what was decided takes force with the next epoch") {
  Cluster cluster;
  cluster.start_all();
  decide(cluster, 1, SetParameter{"heartbeat_ms", 1'234});
  REQUIRE(cluster.run_until([&] { return are_in(cluster, kAll, 1); }));
  for (const std::size_t i : kAll) {
    CHECK(cluster.at(i).ledger().epoch()->parameters.heartbeat_ms == 1'234);
  }
  order_one(cluster, 3, kAll);
}

TEST_CASE("runners: a validator joins, another leaves") {
  Cluster cluster;
  cluster.start_all();
  cluster.start(4);
  order_one(cluster, 0, {0, 1, 2, 3, 4});
  decide(cluster, 1,
         AddValidator{key_of(name_of(4)).public_key(), key_of(governor_of(4)).public_key(), "5th"});
  CHECK(are_in(cluster, kAll, 0));  // until the joiner is ready
  // The last block before the epoch: the genesis block.
  const Hash before = cluster.at(4).ledger().header(Height(1))->parent_hash;
  const auto ready = cluster.submit(4, name_of(4), ReportReady{ProposalId(1), Height(0), before});
  REQUIRE(cluster.run_until([&] { return are_in(cluster, {0, 1, 2, 3, 4}, 1); }));
  CHECK(cluster.have_executed(ready, {0, 4}));
  CHECK(cluster.at(4).runner().status().is_validator);
  CHECK(quorum_size(cluster.at(0).ledger().epoch()->validators.size()) == 4);
  cluster.stop(1);
  order_one(cluster, 4, {0, 2, 3, 4});  // it makes the quorum
  cluster.start(1);

  decide(cluster, 2, RemoveValidator{key_of(name_of(3)).public_key()});
}

TEST_CASE("runners: one whose journal is lost votes again two epochs later") {
  Cluster cluster;
  cluster.start_all();
  order_one(cluster, 0, kAll);
  cluster.stop(3);
  cluster.set_journal(3, {});
  cluster.set_listening(3, Listening{});
  cluster.start(3);
  REQUIRE(cluster.run_until([&] { return cluster.at(3).listening == Listening{Epoch(2)}; }));
  end_epoch(cluster, kAll, 1);
  CHECK_FALSE(cluster.at(3).runner().status().is_validator);
  order_one(cluster, 3, kAll);
  end_epoch(cluster, kAll, 2);
  CHECK(cluster.at(3).runner().status().is_validator);
  CHECK_FALSE(cluster.at(3).listening);
  cluster.stop(0);
  order_one(cluster, 3, {1, 2, 3});  // it makes the quorum
}

}  // namespace
}  // namespace generion::node
