// What a scenario claims, whatever the trace says.
#include <fmt/core.h>

#include "scenario.h"
#include "steps.h"

namespace generion::scenarios {
namespace {

void must_be(const sim::Machine& machine, const std::string& what, std::uint64_t wanted,
             std::uint64_t found) {
  if (wanted == found) return;
  throw ScenarioError(fmt::format("{} has {} {}", machine.identity().name, what, found));
}

void must_hold(const sim::Machine& machine, const std::string& what, bool holds) {
  if (!holds) throw ScenarioError(fmt::format("{} is not {}", machine.identity().name, what));
}

}  // namespace

// "expect A B executed 2", "expect all view 1", "expect C recovering"
void Steps::expect(Words& words) {
  const auto members = machines(words);
  const Words rest = words;
  for (const std::size_t member : members) {
    words = rest;
    const std::string what = words.word("what is expected");
    const sim::Machine& chosen = machine(member);
    if (!chosen.is_up()) throw ScenarioError(name_of(member) + " is down");
    expect_of(chosen, what, words);
  }
}

void Steps::expect_of(const sim::Machine& machine, const std::string& what, Words& words) {
  if (what == "silenced") return must_hold(machine, what, machine.replica() == nullptr);
  if (what == "epoch")
    return must_be(machine, what, words.number("an epoch"), machine.epoch().value());
  if (what == "executed") {
    return must_be(machine, what, words.number("a height"), machine.height().value());
  }
  must_hold(machine, "taking part", machine.replica() != nullptr);
  const consensus::Status& status = machine.replica()->status();
  if (what == "stable") {
    must_be(machine, what, words.number("a height"), status.stable.value());
  } else if (what == "view") {
    must_be(machine, what, words.number("a view"), status.view.value());
  } else if (what == "active") {
    must_hold(machine, what, status.active);
  } else if (what == "waiting") {
    must_hold(machine, "waiting for a NEW-VIEW", !status.active);
  } else if (what == "complaining") {
    must_hold(machine, what, status.has_complained);
  } else if (what == "content") {
    must_hold(machine, what, !status.has_complained);
  } else if (what == "recovering") {
    must_hold(machine, what, status.is_recovering);
  } else if (what == "voting") {
    must_hold(machine, what, !status.is_recovering && !status.has_lost_votes && !status.divergence);
  } else if (what == "diverged") {
    must_hold(machine, what, status.divergence.has_value());
  } else {
    throw ScenarioError(what + ": nothing of that name can be expected");
  }
}

}  // namespace generion::scenarios
