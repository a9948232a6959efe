#include "mutants/mutants.h"

#include <algorithm>

namespace generion::sim {
namespace {

thread_local Mutant active = Mutant::none;

}  // namespace

Mutant active_mutant() {
  return active;
}

void activate(Mutant mutant) {
  active = mutant;
}

std::optional<Mutant> mutant_named(std::string_view name) {
  const auto found = std::find(kMutants.begin(), kMutants.end(), name);
  if (found == kMutants.end()) return std::nullopt;
  return static_cast<Mutant>(found - kMutants.begin() + 1);
}

}  // namespace generion::sim
