// What is costly to check in a transaction although it needs no state: points of the group, relock
// proofs (crypto/relock.h), and the signatures of new keys. The verify pool asks it last, when the
// sender's signature, his budget and what he owns are known to be good.
#pragma once

#include <cstddef>

#include "base/error.h"
#include "types/transaction.h"

namespace generion::contract {

// Relock proofs, new keys' signatures and those in evidence, each of which costs no less than the
// transaction's own signature. check_operations refuses more than the parameter proofs_max.
std::size_t count_proofs(const TransactionBody& body);

// In the order of the operations, up to the first that is bad: that keys and locks of capsules are
// points, that every relock proof holds for this chain, record, reader and purpose (share, order,
// own key), and that a new key has signed the move to it. Up to 0.4 ms a relock proof, 15
// microseconds a capsule. Errors: bad_key, bad_capsule, bad_proof, bad_signature; the message names
// the operation.
//
// Execution relies on it and only compares: a validator votes only for what passed.
Result<void> check_proofs(const Transaction& transaction);

}  // namespace generion::contract
