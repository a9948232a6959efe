// Many replicas at once: agreement, constancy over restarts, and progress once the network is well
// again.
#include <catch2/catch.hpp>

#include "simulated_network.h"

namespace generion::consensus::testing {
namespace {

struct Total {
  std::uint64_t restarts = 0;
  std::uint64_t evidence = 0;
  std::uint64_t views = 0;
};

Total run_seeds(Scenario scenario, std::uint64_t first, std::uint64_t count) {
  Total total;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    scenario.seed = seed;
    Network network(scenario);
    REQUIRE_NOTHROW(network.run());
    total.restarts += network.restarts();
    total.evidence += network.evidence();
    total.views += network.highest_view().value();
  }
  return total;
}

TEST_CASE("network: a quiet network needs no view change") {
  for (const std::size_t members : {1, 2, 3, 4, 5, 7}) {
    Scenario scenario;
    scenario.members = members;
    scenario.chaos_ms = 0;
    Network network(scenario);
    REQUIRE_NOTHROW(network.run());
    CHECK(network.highest_view() == View(0));
    CHECK(network.executed() >= Height(7));  // 20 transactions, 3 in a batch
    CHECK(network.evidence() == 0);
  }
}

TEST_CASE("network: one validator alone survives crashes at any moment") {
  Scenario scenario;
  scenario.members = 1;
  scenario.crash_percent = 80;
  const Total total = run_seeds(scenario, 1, 100);
  CHECK(total.restarts > 100);
  // A restart ends the view, unless the crash came before anything was durable in it.
  CHECK(total.views > total.restarts * 9 / 10);
}

TEST_CASE("network: lost messages, cut links and crashes") {
  Scenario scenario;
  for (const std::size_t members : {4, 5, 7}) {
    scenario.members = members;
    const Total total = run_seeds(scenario, 1'000 * members, 40);
    CHECK(total.restarts > 50);
    CHECK(total.evidence == 0);
  }
}

TEST_CASE("network: f members are silent, primaries among them") {
  Scenario scenario;
  scenario.faulty = Faulty::silent;
  for (const std::size_t members : {4, 5, 7}) {
    scenario.members = members;
    run_seeds(scenario, 2'000 * members, 20);
  }
}

TEST_CASE("network: f members equivocate in every phase") {
  Scenario scenario;
  scenario.faulty = Faulty::twins;
  std::uint64_t evidence = 0;
  for (const std::size_t members : {4, 5, 7}) {
    scenario.members = members;
    evidence += run_seeds(scenario, 3'000 * members, 30).evidence;
  }
  CHECK(evidence > 100);
}

}  // namespace
}  // namespace generion::consensus::testing
