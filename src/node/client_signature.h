// Whether a transaction's sender has signed it. A build that was configured with
// GENERION_BENCH_UNSIGNED takes that for granted, so that ordering alone can be measured; it runs
// no chain but one of a name of its own, which no other build runs.
#pragma once

#include <string_view>

#include "base/error.h"
#include "types/genesis.h"
#include "types/transaction.h"

namespace generion::node {

inline constexpr std::string_view kUnsignedChainName = "unsigned benchmark";

// False in a build for that measurement alone.
bool checks_client_signatures();

// The costly check, or no check at all.
bool verify_client_signature(const Transaction& transaction);

// Error bad_config: this build is not for this chain.
Result<void> check_build(const Genesis& genesis);

}  // namespace generion::node
