// What validators decide, from JSON: the name in `action`, the fields as in
// docs/protocol/transactions.md.
#pragma once

#include <boost/json/value.hpp>
#include <string>

#include "types/governance.h"

namespace generion::cli {

// `path` names the value in messages. Errors: malformed, bad_address, unknown_operation (no such
// action).
Result<GovernanceAction> read_action(const boost::json::value& value, const std::string& path);

}  // namespace generion::cli
