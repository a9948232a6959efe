// From a batch to a block: which transactions count, in which order, with which outcome and roots.
// Reads state and writes nothing.
#pragma once

#include <memory>
#include <vector>

#include "ledger/execution_state.h"
#include "ledger/ledger.h"

namespace generion::ledger {

// What a block's execution needs to know beside the state: those of its epoch.
struct ExecutionRules {
  Hash chain;
  std::shared_ptr<const contract::EpochRules> epoch;
  std::shared_ptr<const Parameters> parameters;  // the epoch's
  Hash validator_set_hash;                       // of the epoch's validators
  Hash epoch_base;                               // the block before the epoch's first
};

ExecutionRules execution_rules(const Hash& chain, contract::EpochRules epoch, const Hash& base);

// The header of height 0, with the state that the genesis file describes. No block of this height
// exists; its hash is the parent_hash of block 1.
BlockHeader genesis_header(const Hash& chain, const Genesis& genesis, const StateTree& tree);

// The block's time: the batch's, or the parent's plus one if that is later (so for the null batch).
TimeMs block_time(const BlockHeader& parent, const Batch& batch);

// Goes by `rules`, which are those of the batch's epoch. ExecutedBlock::writes says when the epoch
// ends, and what comes after it (contract/epoch_rules.h). Errors damaged and io_error.
Result<std::shared_ptr<const ExecutedBlock>> execute_batch(
    const ExecutionState& state, const ExecutionRules& rules, const Batch& batch,
    const std::vector<std::shared_ptr<const Transaction>>& transactions);

}  // namespace generion::ledger
