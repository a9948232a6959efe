// Fixed cases: what went wrong in comparable systems, or nearly did here. Each begins with its
// story.
#include <catch2/catch.hpp>

#include "cases.h"
#include "network.h"

namespace generion::sim {
namespace {

void must_pass(const Outcome& outcome) {
  CHECK(outcome.broken.value_or("") == "");
}

// A user signs one body twice; half of the validators get one, half the other. The signature is
// under no hash, so all must reach the same blocks whichever they hold.
TEST_CASE("case: one body with two valid signatures sent to different replicas") {
  Plan plan;
  plan.chaos_ms = 0;
  Network network(plan);
  const World& world = network.world();
  for (std::size_t party = 0; party < 4; ++party) {
    network.at(5, [&network, &world, party] {
      const auto& from = party % 2 == 0 ? world.transactions : world.signed_again;
      for (std::size_t i = 0; i < 6; ++i) network.machine(party).submit(from[i]);
    });
  }
  must_pass(network.run());
}

// See cases.cpp.
TEST_CASE("case: a prepared digest withheld and prescribed two views later") {
  must_pass(withheld_digest());
}

// No SEAL arrives: the chain must stop at the high watermark, and go on when they do.
TEST_CASE("case: without certificates nobody votes above the high watermark") {
  const Outcome outcome = lost_seals();
  must_pass(outcome);
  CHECK(outcome.height > Height(128));
}

// The primary is silent, and each complaint is lost the first time it is sent to someone.
TEST_CASE("case: complaints lost once") {
  Plan plan;
  plan.chaos_ms = 100;
  plan.faulty = {{0, Fault::silent}};
  Network network(plan);
  auto lost = std::make_shared<std::set<std::pair<std::size_t, std::size_t>>>();
  network.filter([lost](std::size_t from, std::size_t to, const Message& message) {
    return !std::holds_alternative<Complaint>(message) || !lost->emplace(from, to).second;
  });
  const Outcome outcome = network.run();
  must_pass(outcome);
  CHECK(outcome.view > View(0));
  CHECK(lost->size() == 6);
}

// A liar answers each restart with votes that were never cast; nobody believes it.
TEST_CASE("case: a peer claims votes that were never cast") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Plan plan = plan_of(seed, 4);
    plan.faulty = {{seed % 4, Fault::liar}};
    plan.crash_percent = 90;
    plan.down_ms = 40;
    must_pass(Network(plan).run());
  }
}

// The first primary takes no transaction of every third client. Others go on being proposed, so no
// time-out helps; whoever has offered them complains of censorship.
TEST_CASE("case: a primary that never acknowledges some transactions") {
  Plan plan;
  plan.chaos_ms = 1'500;
  plan.transactions = 38;
  plan.batch_max = 1;
  plan.timeout_ms = 5'000;
  plan.faulty = {{0, Fault::censor}};
  bool has_complained = false;
  Network network(plan);
  network.filter([&](std::size_t, std::size_t, const Message& message) {
    const auto* complaint = std::get_if<Complaint>(&message);
    has_complained |= complaint != nullptr && complaint->reason == ComplaintReason::censorship;
    return true;
  });
  const Outcome outcome = network.run();
  must_pass(outcome);
  CHECK(has_complained);
  CHECK(outcome.view > View(0));
}

// See cases.cpp. Whoever stayed in the old epoch gets the proof that it is over.
TEST_CASE("case: the last block of an epoch executed by one replica alone") {
  const Outcome outcome = last_block_alone();
  must_pass(outcome);
  CHECK(outcome.height > Height(256));
}

// See cases.cpp. It may have voted in an epoch of which nobody else can know yet.
TEST_CASE("case: a journal lost at an epoch's end") {
  const Outcome outcome = journal_lost_at_end();
  must_pass(outcome);
  CHECK(outcome.height > Height(256));
}

// Members come and go while everything goes wrong.
TEST_CASE("case: reforms of each kind") {
  for (const Reform reform : {Reform::rotate, Reform::remove, Reform::add}) {
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
      Plan plan = plan_of(seed, 5);
      plan.faulty.clear();
      plan.reform = reform;
      plan.is_journal_lost = seed % 2 == 0;
      must_pass(Network(plan).run());
    }
  }
}

// All machines lose power at once, again and again, at any moment of a sync.
TEST_CASE("case: all lose power at once") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Plan plan;
    plan.seed = seed;
    plan.power_cut_percent = 70;
    plan.down_ms = seed % 2 == 0 ? 30 : 600;
    must_pass(Network(plan).run());
  }
}

}  // namespace
}  // namespace generion::sim
