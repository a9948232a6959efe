// Each deliberate mistake is found, and within how many seeds.
#include "mutants/mutants.h"

#include <fmt/core.h>
#include <catch2/catch.hpp>

#include "cases.h"
#include "network.h"

namespace generion::sim {
namespace {

constexpr std::uint64_t kSeedsMax = 6'000;

// The first seed that fails with the mutant; nullopt: none does.
std::optional<std::uint64_t> first_seed(Mutant mutant) {
  activate(mutant);
  std::optional<std::uint64_t> found;
  for (std::uint64_t seed = 1; seed <= kSeedsMax && !found; ++seed) {
    if (Network(plan_of(seed, std::nullopt)).run().broken) found = seed;
  }
  activate(Mutant::none);
  return found;
}

bool breaks(Mutant mutant, Outcome (*fixed_case)()) {
  activate(mutant);
  const Outcome outcome = fixed_case();
  activate(Mutant::none);
  return outcome.broken.has_value();
}

bool is_for_fixed_cases(Mutant mutant) {
  return mutant == Mutant::lowest_prepared_view_wins || mutant == Mutant::watermark_ignored ||
         mutant == Mutant::old_epoch_unanswered || mutant == Mutant::listens_too_short ||
         mutant == Mutant::lost_journal_taken_for_empty;
}

TEST_CASE("mutants: each is found") {
  for (std::size_t i = 0; i < kMutants.size(); ++i) {
    const auto mutant = static_cast<Mutant>(i + 1);
    if (is_for_fixed_cases(mutant)) continue;
    const auto found = first_seed(mutant);
    INFO(kMutants[i]);
    CHECK(found.has_value());
    fmt::print("| {} | {} |\n", kMutants[i], found.value_or(0));
  }
}

TEST_CASE("mutants: what seeds hardly reach is found by fixed cases") {
  CHECK(breaks(Mutant::lowest_prepared_view_wins, withheld_digest));
  CHECK(breaks(Mutant::watermark_ignored, lost_seals));
  CHECK(breaks(Mutant::old_epoch_unanswered, last_block_alone));
  CHECK(breaks(Mutant::listens_too_short, journal_lost_at_end));
  CHECK(breaks(Mutant::lost_journal_taken_for_empty, journal_lost_at_end));
}

}  // namespace
}  // namespace generion::sim
