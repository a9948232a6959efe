// A block as it was published against the same block as execution gives it.
#pragma once

#include <optional>

#include "audit/checked_block.h"
#include "ledger/ledger.h"

namespace generion::audit {

// The first thing that differs, from the finer to the coarser: the time, what was skipped, an
// outcome, a root. nullopt: the two are one block.
std::optional<Fault> check_outcome(const CheckedBlock& block,
                                   const ledger::ExecutedBlock& executed);

}  // namespace generion::audit
