// Some seeds of each kind, and what the simulator owes by itself: the same plan gives the same run,
// and real signatures give the same as those by table.
#include <catch2/catch.hpp>

#include "network.h"

namespace generion::sim {
namespace {

std::string trace_of(const Plan& plan) {
  std::string out;
  Trace trace;
  trace.listen([&out](const Trace::Line& line) { out += as_text(line) + "\n"; });
  const Outcome outcome = Network(plan, std::move(trace)).run();
  CHECK(outcome.broken.value_or("") == "");
  return out;
}

struct Sum {
  std::uint64_t restarts = 0;
  std::uint64_t views = 0;
};

Sum run_seeds_of(
    std::size_t members, std::uint64_t first, std::uint64_t count,
    const std::function<void(Plan&)>& change = [](Plan&) {}) {
  Sum sum;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    Plan plan = plan_of(seed, members);
    change(plan);
    const Outcome outcome = Network(plan).run();
    INFO(describe(plan));
    CHECK(outcome.broken.value_or("") == "");
    sum.restarts += outcome.restarts;
    sum.views += outcome.view.value();
  }
  return sum;
}

TEST_CASE("network: a quiet network needs no view change") {
  for (const std::size_t members : {1, 2, 3, 4, 5, 7, 10, 13}) {
    Plan plan;
    plan.members = members;
    plan.chaos_ms = 0;
    const Outcome outcome = Network(plan).run();
    CHECK(outcome.broken.value_or("") == "");
    CHECK(outcome.view == View(0));
    CHECK(outcome.height >= Height(4));  // 12 transactions, 3 in a batch
  }
}

TEST_CASE("network: one validator alone survives crashes at any moment") {
  const Sum sum = run_seeds_of(1, 1, 50, [](Plan& plan) { plan.crash_percent = 80; });
  CHECK(sum.restarts > 50);
  CHECK(sum.views > 0);
}

TEST_CASE("network: lost messages, cut links, crashes and faulty members") {
  for (const std::size_t members : {4, 5, 6, 7}) {
    const Sum sum = run_seeds_of(members, 1'000 * members, 30);
    CHECK(sum.restarts > 10);
  }
}

TEST_CASE("network: each kind of faulty member") {
  for (const Fault fault : {Fault::silent, Fault::twins, Fault::selective, Fault::liar}) {
    run_seeds_of(4, 1, 15, [fault](Plan& plan) { plan.faulty = {{plan.seed % 4, fault}}; });
    run_seeds_of(7, 1, 5, [fault](Plan& plan) {
      plan.faulty = {{plan.seed % 7, fault}, {(plan.seed + 2) % 7, Fault::liar}};
    });
  }
}

TEST_CASE("network: the same plan gives the same run") {
  for (const std::uint64_t seed : {3, 14, 159}) {
    CHECK(trace_of(plan_of(seed, std::nullopt)) == trace_of(plan_of(seed, std::nullopt)));
  }
}

TEST_CASE("network: real signatures") {
  for (const std::uint64_t seed : {1, 2, 3, 4, 5, 6}) {
    Plan plan = plan_of(seed, 4);
    plan.signing = Signing::ed25519;
    plan.faulty = {{seed % 4, seed % 2 == 0 ? Fault::liar : Fault::twins}};
    const Outcome outcome = Network(plan).run();
    CHECK(outcome.broken.value_or("") == "");
  }
}

}  // namespace
}  // namespace generion::sim
