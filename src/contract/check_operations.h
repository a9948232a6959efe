// What can be said about a transaction's operations from the chain's parameters alone, without
// state or clock. The verify pool asks it, before anything is ordered.
#pragma once

#include "base/error.h"
#include "types/genesis.h"
#include "types/transaction.h"

namespace generion::contract {

// Number and sizes against the parameters; for capsules, that lock and data_pub_key are points of
// the group, and so for the keys of setUserPubKey and purchaseData. Cheapest first; the points cost about 30 microseconds
// a capsule. Errors: too_many, too_large, bad_capsule, bad_key; the message names the operation.
//
// What passes can still be refused by execution. Execution relies on the checks of points and sizes
// here: a validator votes only for what passed them.
Result<void> check_operations(const Transaction& transaction, const Parameters& parameters);

}  // namespace generion::contract
