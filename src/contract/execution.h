// Applying transactions: pure and deterministic.
//
//   BlockExecution block(reader, {height, time});
//   auto due = block.handle_due();                                // first, once
//   Receipt receipt = block.apply(transaction, index_in_batch);   // for each not skipped, in order
//   BlockWrites writes = std::move(block).finish();
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "contract/state.h"
#include "types/block.h"
#include "types/genesis.h"
#include "types/transaction.h"

namespace generion::contract {

struct BlockContext {
  Height height;
  TimeMs time;
  // The parameters of the state, for a caller who has them at hand; null: they are read from it.
  std::shared_ptr<const Parameters> parameters = nullptr;
  // The hash of the last block before the epoch's first; nullopt: not at hand, so what a joiner
  // says of it is taken as it is. Execution always knows it.
  std::optional<Hash> epoch_base = std::nullopt;
};

// The state before the first block: parameters, institutions, validators, epoch 0, counters.
BlockWrites genesis_writes(const Genesis& genesis);

class BlockExecution {
 public:
  // `reader` shows the state after the block before, and outlives this object.
  BlockExecution(const StateReader& reader, BlockContext context);
  ~BlockExecution();
  BlockExecution(BlockExecution&&) noexcept;

  // What has fallen due by the block's time, oldest first, at most Parameters::due_per_block; the
  // rest is for the next block. Called once, before any transaction.
  std::vector<SystemReceipt> handle_due();

  // All operations take effect or none does; the receipt's code says why not. Total: never fails
  // otherwise.
  Receipt apply(const Transaction& transaction, std::uint32_t index_in_batch);

  // Ends the block: if it is its epoch's last, what was decided takes force.
  BlockWrites finish() &&;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// What a node can tell before ordering: is the sender admitted, are ids known, is he the owner,
// budgets. Code ok if the transaction would succeed on the state that `reader` shows. Not a vote:
// state may move on.
Result<void> check_against_state(const StateReader& reader, BlockContext context,
                                 const Transaction& transaction);

}  // namespace generion::contract
