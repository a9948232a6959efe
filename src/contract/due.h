// What happens by itself when its time has come: refunds, expiries, moves, decisions taking force.
// Kept ordered by time in the `due` look-up, a function of the objects alone.
#pragma once

#include <optional>
#include <vector>

#include "contract/execution.h"
#include "contract/working_state.h"
#include "types/block.h"

namespace generion::contract {

// One thing due, on its way.
struct DueCall {
  WorkingState& state;
  const BlockContext& block;
  std::uint32_t place = 0;         // among the block's
  std::uint32_t account_rows = 0;  // left by now

  Position position() const { return {block.height, kSystemPlace, place}; }
};

// Handles what has fallen due by block.time, oldest first, at most Parameters::due_per_block. Each
// takes effect, or its receipt says why it could not; either way it is done with.
std::vector<SystemReceipt> handle_due(WorkingState& state, const BlockContext& block);

// When the next thing falls due; nullopt if nothing does. It may be in the past.
std::optional<TimeMs> next_due(const StateReader& state);

}  // namespace generion::contract
