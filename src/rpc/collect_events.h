// From a block's operations to what they did to records, shares and orders.
#pragma once

#include "rpc/block_events.h"

namespace generion::rpc {

// Adds to `out`, whose block is known, what its transactions and what fell due did. `bodies` are
// those of its tx_ids; `state` is that after the block or a later one: all that is read there never
// changes.
void collect_events(BlockEvents& out, const std::vector<TransactionBody>& bodies,
                    const contract::StateReader& state);

}  // namespace generion::rpc
