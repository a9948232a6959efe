// Many seeds on all cores.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "mutants/mutants.h"
#include "plan.h"

namespace generion::sim {

struct SeedRange {
  std::uint64_t first = 1;
  std::optional<std::uint64_t> count;      // nullopt: by time
  std::optional<std::uint64_t> budget_ms;  // no new seed afterwards
  std::optional<std::size_t> members;
  unsigned threads = 2;
  Mutant mutant = Mutant::none;
  bool stop_at_failure = false;
};

struct Failure {
  std::uint64_t seed = 0;
  std::string what;
};

struct Total {
  std::uint64_t seeds = 0;
  std::uint64_t last = 0;         // the last seed of those that were run without a gap
  std::vector<Failure> failures;  // by seed
  std::uint64_t heights = 0;
  std::uint64_t views = 0;
  std::uint64_t restarts = 0;
  std::uint64_t elapsed_ms = 0;
};

// `on_progress` is called about every two seconds with what there is so far, and `on_failure` at
// each failure; from one thread at a time.
Total run_seeds(const SeedRange& range, const std::function<void(const Total&)>& on_progress,
                const std::function<void(const Failure&)>& on_failure);

}  // namespace generion::sim
