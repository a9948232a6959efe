// Sends a workload and measures: closed loop (k clients, each waits for its answer) or open loop
// (at a rate, whatever the answers; latency counts from when a request was due).
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/error.h"
#include "cli/bench/measure.h"
#include "cli/bench/workload.h"

namespace generion::cli {

struct LoadOptions {
  std::vector<std::string> urls;  // of the nodes; the clients take them in turn
  std::size_t clients = 16;
  double requests_per_second = 0;  // 0: closed loop
  bool keep_ids = false;           // LoadResult::new_ids
  bool keep_times = false;         // LoadResult::times
};

// Of a request, in seconds since the load began.
struct RequestTimes {
  double sent = 0;
  double answered = 0;
};

struct LoadResult {
  std::uint64_t transactions = 0;  // answered as executed
  std::uint64_t failed = 0;        // answered otherwise
  std::string first_failure;       // the node's words
  std::chrono::steady_clock::time_point started;
  double seconds = 0;
  Latencies latencies;  // of requests
  // What each request's transactions made, in their order; with LoadOptions::keep_ids.
  std::vector<std::vector<std::uint64_t>> new_ids;
  std::vector<RequestTimes> times;  // with LoadOptions::keep_times, in the order of the requests
};

// Sends every request once. `progress` gets the requests that were answered, from one of the
// clients. Errors: those of connecting and of a request that got no answer; cancelled (Ctrl-C,
// under an InterruptWatch).
Result<LoadResult> send_load(const Workload& workload, const LoadOptions& options,
                             const std::function<void(std::uint64_t)>& progress);

struct QueryResult {
  double seconds = 0;
  std::uint64_t bytes = 0;  // of all answers
  Latencies latencies;
};

// GETs all `targets`, each of so many connections one after the other.
Result<QueryResult> send_queries(const std::string& url, const std::vector<std::string>& targets,
                                 std::size_t connections);

}  // namespace generion::cli
