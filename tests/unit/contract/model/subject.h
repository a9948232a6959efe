// What is compared with the model: the contract, or one that a test has broken.
#pragma once

#include <span>
#include <vector>

#include "contract/execution.h"

namespace generion::contract::model {

struct Placed {
  Transaction transaction;
  std::uint32_t place = 0;  // in the batch
};

struct Executed {
  std::vector<SystemReceipt> due;
  std::vector<Receipt> receipts;
  BlockWrites writes;
};

class Subject {
 public:
  virtual ~Subject() = default;

  virtual Executed execute(const StateReader& state, const BlockContext& context,
                           std::span<const Placed> transactions) {
    Executed out;
    BlockExecution block(state, context);
    out.due = block.handle_due();
    for (const Placed& placed : transactions) {
      out.receipts.push_back(block.apply(placed.transaction, placed.place));
    }
    out.writes = std::move(block).finish();
    return out;
  }
};

}  // namespace generion::contract::model
