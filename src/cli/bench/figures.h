// What `generion bench` has measured, and how it is told.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>

#include "cli/bench/agreement.h"
#include "cli/bench/failover.h"
#include "cli/bench/measure.h"
#include "cli/bench/run.h"

namespace generion::cli {

// A node that was killed with transactions executed that its state database had not flushed.
struct Restart {
  std::uint64_t transactions = 0;
  double seconds = 0;  // from its start until it was ready again
};

// Everything that is measured, in the order of measuring.
struct Figures {
  unsigned cores = 1;
  std::size_t validators = 1;  // that share the cores
  VerifyRate verify;
  Measured single;
  Measured hundred;
  Measured open;
  std::uint64_t told = 0;  // transactions of all loads that clients were told to be executed
  std::optional<Latencies> queries;
  std::uint64_t records = 0;
  std::optional<std::uint64_t> memory_bytes;  // of the largest node
  std::optional<Failover> failover;
  std::optional<Agreement> agreement;
  std::optional<Restart> restart;

  // Transactions a second, if the cores did nothing but check each of them for each validator.
  double limit_tps() const { return verify.all_cores / static_cast<double>(validators); }
  double share_of_limit() const { return single.tps() / limit_tps(); }
  // CPU of a transaction and validator beside the check of its signature, in microseconds; only
  // where the nodes' processes are known.
  double beside_signature_us() const {
    return single.node_us() / static_cast<double>(validators) - verify.cpu_us;
  }
};

boost::json::object latency_json(const Latencies& latencies);
// Microseconds a transaction, by part.
boost::json::object cpu_json(const Measured& measured, const CpuByPart& seconds);
// The same as a table, a row for each validator and one for all.
std::string cpu_text(const Measured& measured);
boost::json::object figures_json(const Figures& figures);
std::string figures_text(const Figures& figures);

}  // namespace generion::cli
