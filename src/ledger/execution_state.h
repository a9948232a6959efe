// What executing a batch needs to know of the chain so far. A node's is the state database
// (ledger/state_store.h).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "ledger/block_store.h"
#include "ledger/state_tree.h"
#include "ledger/state_version.h"

namespace generion::ledger {

// The state changes of a block with their tree pages.
struct PendingState {
  StateTree tree;
  std::vector<StateTree::NewPage> pages;
  std::vector<Slot> slots;  // of writes.objects, in their order
};

class ExecutionState {
 public:
  virtual ~ExecutionState() = default;

  // The newest state.
  virtual std::shared_ptr<const StateVersion> tip() const = 0;

  // Where a transaction was executed; nullopt: it was not.
  virtual Result<std::optional<TransactionPlace>> find(const TxId& id) const = 0;

  // The tree after `writes` on the tip. May throw StorageFailure.
  virtual std::shared_ptr<const PendingState> prepare(
      const contract::BlockWrites& writes) const = 0;
};

// The tree after `writes` on `tree`; `slot_of` knows the objects that it holds.
std::shared_ptr<const PendingState> prepare_state(const StateTree& tree,
                                                  const contract::BlockWrites& writes,
                                                  const std::function<Slot(ByteView)>& slot_of,
                                                  const StateTree::PageSource& pages);

}  // namespace generion::ledger
