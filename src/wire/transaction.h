// The envelope in which a transaction travels: generion.v1.SignedTransaction.
#pragma once

#include "base/error.h"
#include "types/transaction.h"

namespace generion::wire {

Bytes encode_transaction(const SignedTransaction& transaction);

// Errors: malformed (what is missing or has the wrong size), too_large, too_many. The body's own
// shape is checked by check_transaction.
Result<SignedTransaction> decode_transaction(ByteView bytes);

}  // namespace generion::wire
