// How long clients wait when the primary is killed under load.
#pragma once

#include "cli/bench/local_chain.h"
#include "cli/context.h"

namespace generion::cli {

struct Failover {
  std::size_t primary = 0;          // the validator that was killed, and started again afterwards
  double seconds = 0;               // until a transaction was executed that was sent after the kill
  double view_timeout_seconds = 0;  // after which the others complain
  double longest_wait_ms = 0;       // of any transaction
  std::uint64_t transactions = 0;   // reported executed
  std::uint64_t failed = 0;
};

// Loads the other validators, open loop at this rate, and kills the primary in the middle. Errors:
// not_found (no primary among them), those of the load and of starting.
Result<Failover> measure_failover(Context& context, LocalChain& chain,
                                  const crypto::SigningKey& institution, double rate);

}  // namespace generion::cli
