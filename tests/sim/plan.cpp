#include "plan.h"

#include <fmt/core.h>

#include <algorithm>

#include "random.h"
#include "types/block.h"

namespace generion::sim {
namespace {

std::size_t choose_members(Random& random) {
  const std::uint64_t chosen = random.below(100);
  if (chosen < 4) return 1;
  if (chosen < 70) return 4;
  if (chosen < 80) return 5;
  if (chosen < 90) return 6;
  return 7;
}

void choose_faulty(Plan& plan, Random& random) {
  const std::size_t most = faulty_max(plan.members);
  if (most == 0 || random.chance(25)) return;
  const std::size_t count = random.between(1, most);
  while (plan.faulty.size() < count) {
    const FaultyMember chosen{random.below(plan.members), static_cast<Fault>(random.below(6))};
    bool is_taken = false;
    for (const FaultyMember& other : plan.faulty) is_taken |= other.member == chosen.member;
    if (!is_taken) plan.faulty.push_back(chosen);
  }
}

// An epoch ends some hundred blocks after the one that closes it, so few seeds can have one.
void choose_reform(Plan& plan, Random& random) {
  const std::uint64_t chosen = random.below(100);
  const std::uint64_t loses = random.below(100);
  if (chosen < 5) plan.reform = Reform::rotate;
  if (chosen >= 5 && chosen < 8) plan.reform = Reform::remove;
  if (chosen >= 8 && chosen < 11) plan.reform = Reform::add;
  plan.is_journal_lost = loses < 40;
}

}  // namespace

Plan plan_of(std::uint64_t seed, std::optional<std::size_t> members) {
  if (seed == 0) {
    Plan quiet;
    quiet.seed = 0;
    quiet.members = members.value_or(4);
    quiet.chaos_ms = 0;
    return quiet;
  }
  Random random(seed ^ 0x5157'0000'0000'0000);
  Plan plan;
  plan.seed = seed;
  const std::size_t chosen = choose_members(random);
  plan.members = members.value_or(chosen);
  choose_faulty(plan, random);
  plan.chaos_ms = random.between(500, 2'500);
  const auto perhaps = [&](std::uint64_t likely, std::uint64_t low, std::uint64_t high) {
    return random.chance(likely) ? random.between(low, high) : 0;
  };
  plan.drop_percent = perhaps(70, 1, 15);
  plan.duplicate_percent = perhaps(40, 1, 20);
  plan.slow_percent = perhaps(50, 1, 10);
  plan.delay_ms = random.chance(50) ? 5 : random.between(5, 60);
  plan.cut_percent = perhaps(50, 5, 40);
  plan.isolation_percent = perhaps(30, 20, 60);
  plan.crash_percent = perhaps(60, 20, 60);
  plan.crash_per_mille = perhaps(30, 1, 30);
  plan.down_ms = random.chance(40) ? 40 : random.between(100, 1'500);
  plan.power_cut_percent = perhaps(30, 5, 30);
  plan.slow_disk_percent = perhaps(30, 5, 30);
  plan.skew_ms = perhaps(50, 50, 800);
  plan.transactions = random.between(4, 24);
  plan.window = random.between(1, 6);
  plan.batch_max = random.between(1, 4);
  choose_reform(plan, random);
  plan = possible(std::move(plan));
  return plan;
}

Plan possible(Plan plan) {
  const bool is_last_faulty =
      std::any_of(plan.faulty.begin(), plan.faulty.end(),
                  [&](const FaultyMember& one) { return one.member + 1 == plan.members; });
  const std::size_t left = plan.faulty.size() - (is_last_faulty ? 1 : 0);
  if (plan.reform == Reform::remove && left > faulty_max(plan.members - 1)) {
    plan.reform = Reform::rotate;
  }
  if (plan.members == 1 && plan.reform != Reform::none) plan.reform = Reform::rotate;
  if (plan.members < 4 || plan.reform == Reform::none || !plan.faulty.empty()) {
    plan.is_journal_lost = false;
  }
  return plan;
}

std::string describe(const Plan& plan) {
  static constexpr const char* kNames[] = {"silent", "twins", "selective",
                                           "censor", "wrong", "liar"};
  static constexpr const char* kReforms[] = {"none", "rotate", "remove", "add"};
  std::string faulty;
  for (const FaultyMember& one : plan.faulty) {
    faulty +=
        fmt::format("{}{} {}", faulty.empty() ? "" : ", ", static_cast<char>('A' + one.member),
                    kNames[static_cast<std::size_t>(one.fault)]);
  }
  return fmt::format(
      "seed {}: {} members, faulty: {}; {} ms of chaos: {}% dropped, {}% doubled, {}% slow, "
      "delay {} ms, {}% cut, {}% isolated, {}% crash, {} per mille at a sync, {}% power cut, down "
      "for {} ms, "
      "{}% slow disk, skew {} ms; {} transactions; reform: {}{}",
      plan.seed, plan.members, faulty.empty() ? "none" : faulty, plan.chaos_ms, plan.drop_percent,
      plan.duplicate_percent, plan.slow_percent, plan.delay_ms, plan.cut_percent,
      plan.isolation_percent, plan.crash_percent, plan.crash_per_mille, plan.power_cut_percent,
      plan.down_ms, plan.slow_disk_percent, plan.skew_ms, plan.transactions,
      kReforms[static_cast<std::size_t>(plan.reform)],
      plan.is_journal_lost ? "; a journal is lost" : "");
}

}  // namespace generion::sim
