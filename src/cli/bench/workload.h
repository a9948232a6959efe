// Signed transactions for a benchmark, made before the clock starts.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "crypto/keys.h"
#include "types/ids.h"
#include "types/transaction.h"

namespace generion::cli {

struct Workload {
  std::vector<std::string> requests;  // JSON-RPC bodies with wait = executed
  std::size_t transactions = 0;
  std::size_t transactions_per_request = 1;  // the last may have fewer
  std::size_t operations = 1;                // of each transaction

  std::size_t transactions_in(std::size_t request) const {
    return std::min(transactions_per_request, transactions - request * transactions_per_request);
  }
};

struct WorkloadShape {
  std::size_t transactions = 0;
  std::size_t operations = 1;                // of each, as `make` makes them
  std::size_t transactions_per_request = 1;  // more: a JSON-RPC batch
};

// Made on all cores: `make` gives transaction number 0, 1, ... `progress` is told how many are
// done; it may be empty.
Workload make_workload(const WorkloadShape& shape,
                       const std::function<SignedTransaction(std::size_t)>& make,
                       const std::function<void(std::size_t)>& progress);

// An institution creates opaque records for users of its own.
struct RecordOptions {
  Hash chain{};
  std::size_t users = 1'000;     // whose records are made
  std::size_t data_bytes = 100;  // of each record's private part
  std::uint64_t valid_for_ms = 1'800'000;
  std::uint64_t seed = 1;  // of the users' addresses
};

// A user is a public key; nobody signs for these.
Address user_address(std::uint64_t seed, std::uint64_t number);

Workload make_record_workload(const WorkloadShape& shape, const RecordOptions& options,
                              const crypto::SigningKey& institution,
                              const std::function<void(std::size_t)>& progress);

}  // namespace generion::cli
