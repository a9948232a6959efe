// Operations as JSON, for `generion tx build` and `generion tx decode`: the operation's name and
// fields as in docs/protocol/rpc.md.
//
//   {"operations": [{"operation": "verifyRecord", "record_id": [7, 8]}]}
#pragma once

#include <boost/json.hpp>

#include "base/error.h"
#include "client/transaction_builder.h"
#include "types/transaction.h"

namespace generion::cli {

// Adds what the file describes. createRecord takes opaque data_encr (base64); capsules are made by
// `generion record create`. Errors: malformed (names operation and field), bad_address,
// bad_argument.
Result<void> add_operations(client::TransactionBuilder& builder, std::string_view json);

boost::json::object body_json(const TransactionBody& body);

}  // namespace generion::cli
