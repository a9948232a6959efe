// How the chain's values look in JSON (docs/protocol/rpc.md). All results live in `memory`.
#pragma once

#include "rpc/backend.h"
#include "rpc/health.h"
#include "rpc/json.h"

namespace generion::rpc {

using Memory = boost::json::storage_ptr;

Json to_json(const Outcome& outcome, const Memory& memory);
Json to_json(const Simulation& simulation, const Memory& memory);
Json to_json(const NodeStatus& status, const Genesis& genesis, const Hash& chain_id,
             const Memory& memory);
Json to_json(const NodeHealth& health, const Memory& memory);
Json to_json(const BlockHeader& header, const Memory& memory);
Json to_json(const Receipt& receipt, const Memory& memory);
Json to_json(const SystemReceipt& receipt, const Memory& memory);
Json to_json(const Certificate& certificate, const Memory& memory);
Json to_json(const BlockView& block, const Memory& memory);

}  // namespace generion::rpc
