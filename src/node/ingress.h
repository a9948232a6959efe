// What a submitted transaction must pass before it may wait to be ordered: cheapest checks first.
#pragma once

#include "contract/state.h"
#include "node/mempool.h"
#include "types/genesis.h"

namespace generion::node {

struct IngressContext {
  Hash chain;
  TimeMs now;  // the node's clock
  const Parameters& parameters;
};

// Shape, sizes, chain, clock and the operations' parameters: all that needs neither state nor a
// signature check. Errors: those of check_transaction and check_operations, wrong_chain (both ids),
// expired and too_far_ahead (both clocks).
Result<TransactionPtr> check_incoming(SignedTransaction envelope, const IngressContext& context);

}  // namespace generion::node
