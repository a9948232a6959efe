// The benchmark of new records, on nodes that were started for it or on others.
#pragma once

#include "cli/bench/figures.h"
#include "cli/bench/run.h"

namespace generion::cli {

struct RecordsOptions {
  std::size_t transactions = 100'000;  // of one operation
  std::size_t clients = 16;
  std::size_t per_request = 50;
  std::size_t records = 0;  // then queries are measured, too
  double open_share = 0.1;  // rate of the open loop, of the peak
  std::size_t sharing = 1;  // validators that share this machine's cores
};

// One operation and a hundred in a closed loop, then an open loop. Errors: those of the loads.
Result<Figures> measure_records(Context& context, const Target& target,
                                const RecordsOptions& options,
                                const crypto::SigningKey& institution);

// Kills a node that holds its last transactions in memory alone, so many if executing these takes
// less than the `ledger.flush_ms` after which it flushes, and starts it again.
Result<Restart> measure_restart(Context& context, const RecordsOptions& options,
                                std::size_t transactions);

}  // namespace generion::cli
