// What `generion bench` has measured, and how it is told.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>

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
  VerifyRate verify;
  Measured single;
  Measured hundred;
  Measured open;
  std::optional<Latencies> queries;
  std::uint64_t records = 0;
  std::optional<std::uint64_t> memory_bytes;
  std::optional<Restart> restart;

  double share_of_limit() const { return single.tps() / verify.all_cores; }
};

boost::json::object latency_json(const Latencies& latencies);
boost::json::object figures_json(const Figures& figures);
std::string figures_text(const Figures& figures);

}  // namespace generion::cli
