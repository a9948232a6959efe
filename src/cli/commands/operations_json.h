// Operations as JSON, for `generion tx build` and `generion tx decode`: the operation's name and
// fields as in docs/protocol/transactions.md.
//
//   {"operations": [{"operation": "verifyRecord", "record_id": [7, 8]}]}
#pragma once

#include <boost/json.hpp>

#include "base/error.h"
#include "client/transaction_builder.h"
#include "types/transaction.h"

namespace generion::cli {

// Adds what the file describes. Opaque data_encr is base64, an order's text plain; the capsules of
// createRecord are made by `generion record create`. Errors: malformed (names operation and field),
// unknown_operation, bad_address, bad_argument, bad_capsule.
Result<void> add_operations(client::TransactionBuilder& builder, std::string_view json);

// Of attachments, hash and length: they travel beside the body.
boost::json::object body_json(const TransactionBody& body);

}  // namespace generion::cli
