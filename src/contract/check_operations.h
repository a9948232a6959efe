// What can be said about a transaction's operations from the chain's parameters alone, without
// state or clock. The verify pool asks it, before anything is ordered.
#pragma once

#include "base/error.h"
#include "types/genesis.h"
#include "types/transaction.h"

namespace generion::contract {

// Number of operations and of proofs, bytes of body and attachments. Cheap: nothing of the group is
// computed, which is for check_proofs. Errors: too_many, too_large.
//
// What passes can still be refused by execution, which relies on these bounds: a validator votes
// only for what passed this and check_proofs.
Result<void> check_operations(const Transaction& transaction, const Parameters& parameters);

}  // namespace generion::contract
