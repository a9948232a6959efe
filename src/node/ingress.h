// What a submitted transaction must pass before it may wait to be ordered: cheapest checks first.
#pragma once

#include <functional>

#include "node/mempool.h"
#include "node/proof_guard.h"
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

struct AuthorityContext {
  consensus::Monotonic now;
  // The sender's admission and budget and what he owns, against the latest state.
  std::function<Result<void>(const Transaction&)> check_state;
  ProofGuard& guard;
  // The same transaction passed here before and waits to be ordered: its proofs hold.
  bool proofs_known = false;
};

// The sender's signature, then the state, and only then the proofs, the dearest of all (up to 64 of
// them, each several signatures' worth). Proofs that fail make their sender pause: he is refused
// before anything else here. Errors: rate_limited with retry_after_ms, bad_signature, those of
// check_state and of contract::check_proofs.
Result<void> check_authority(const Transaction& transaction, const AuthorityContext& context);

}  // namespace generion::node
