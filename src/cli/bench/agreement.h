// Whether the validators of a loaded chain hold the same, and all of what they told their clients.
#pragma once

#include <optional>
#include <vector>

#include "cli/bench/local_chain.h"

namespace generion::cli {

struct Agreement {
  Height height;  // all validators have the same block here
  // Transactions that each of them has executed since its start, or nothing if it was started
  // again.
  std::vector<std::optional<std::uint64_t>> executed;
};

// Waits until all are equally high. `told`: transactions that clients were told to be executed;
// `restarted` counts only what it executed since. Errors: diverged (another block, or fewer
// transactions than were told), timed_out, those of asking.
Result<Agreement> check_agreement(LocalChain& chain, std::uint64_t told,
                                  std::optional<std::size_t> restarted = std::nullopt);

}  // namespace generion::cli
