// Epochs: when one ends, and what takes force then. docs/protocol/state.md.
//
// An epoch ends limits::kLogHeights blocks after the one that makes it end: whatever validators
// have in flight when they execute that one lies in the same epoch.
#pragma once

#include <cstdint>
#include <optional>

#include "contract/epoch_rules.h"
#include "contract/execution.h"
#include "contract/working_state.h"

namespace generion::contract {

// Of the block after the state's.
EpochRules read_rules(const StateReader& state);

// Of the epoch after that block's, if it ended with what is decided by now.
struct NextEpoch {
  EpochRules rules;
  Validators validators;
};
NextEpoch read_next_epoch(const StateReader& state);

// The last height of that block's epoch, if it is closing.
std::optional<Height> read_last_height(const StateReader& state);

// --- for the rest of the contract ---

// After its last transaction, once: the block may make its epoch's end known, or be its last.
void end_block(WorkingState& state, const BlockContext& block);

EpochRules rules_of(WorkingState& state);

// The epoch ends with this block's height and limits::kLogHeights, if that is not known already.
void close_epoch(WorkingState& state, Height height);

// A proposal that was decided and needs an epoch: it takes its keys, and waits. Error too_many: too
// many wait already; the proposal is marked impossible.
Result<void> await_epoch(WorkingState& state, TimeMs now, ProposalId id);

// The node of the validator that this proposal adds is ready. Error too_many.
Result<void> admit_joiner(WorkingState& state, ProposalId id);

// It did not come in time.
void lapse_joiner(WorkingState& state, ProposalId id);

}  // namespace generion::contract
