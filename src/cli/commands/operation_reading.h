// One operation from JSON: the name in `operation`, the fields as in docs/protocol/transactions.md.
#pragma once

#include <boost/json/value.hpp>
#include <string>

#include "client/transaction_builder.h"

namespace generion::cli {

// `path` names the value in messages. Errors: malformed (names path and field), unknown_operation,
// bad_address, bad_argument, bad_capsule.
Result<void> add_operation(client::TransactionBuilder& builder, const boost::json::value& value,
                           const std::string& path);

}  // namespace generion::cli
