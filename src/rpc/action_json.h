#pragma once

#include "rpc/results.h"
#include "types/governance.h"

namespace generion::rpc {

// What validators decide, with its name in `action` and its fields as in
// proto/generion/v1/transaction.proto; amounts are texts.
Json action_json(const GovernanceAction& action, const Memory& memory);

}  // namespace generion::rpc
