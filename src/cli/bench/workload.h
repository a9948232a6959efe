// Signed transactions for a benchmark, made before the clock starts: an institution creates opaque
// records for users of its own.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "crypto/keys.h"
#include "types/ids.h"

namespace generion::cli {

struct WorkloadOptions {
  Hash chain{};
  std::size_t transactions = 0;
  std::size_t operations = 1;                // of each
  std::size_t users = 1'000;                 // whose records are made
  std::size_t data_bytes = 100;              // of each record's private part
  std::size_t transactions_per_request = 1;  // more: a JSON-RPC batch
  std::uint64_t valid_for_ms = 1'800'000;
  std::uint64_t seed = 1;  // of the users' addresses
};

struct Workload {
  std::vector<std::string> requests;  // JSON-RPC bodies with wait = executed
  std::size_t transactions_per_request = 1;
  std::size_t operations = 1;
};

// Signs on all cores. `progress` is told how many transactions are done; it may be empty.
Workload make_workload(const WorkloadOptions& options, const crypto::SigningKey& institution,
                       const std::function<void(std::size_t)>& progress);

}  // namespace generion::cli
