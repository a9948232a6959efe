// What `generion bench` has measured, and how it is told.
#pragma once

#include <boost/json/object.hpp>
#include <map>
#include <optional>
#include <string>

#include "cli/bench/load.h"
#include "cli/bench/measure.h"

namespace generion::cli {

// One load and what the node's process spent on it.
struct Measured {
  LoadResult load;
  std::size_t operations = 1;
  std::map<std::string, double> cpu_seconds;  // the node's, by part
  double client_cpu_seconds = 0;              // of this process, which shares the machine
  std::uint64_t written_bytes = 0;

  double tps() const { return static_cast<double>(load.transactions) / load.seconds; }
  double us_per_transaction(double seconds) const {
    return seconds * 1e6 / static_cast<double>(load.transactions);
  }
  // How many cores were at work for it, node and clients together.
  double cores_busy() const {
    double out = client_cpu_seconds;
    for (const auto& [part, seconds] : cpu_seconds) out += seconds;
    return out / load.seconds;
  }
};

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

boost::json::object figures_json(const Figures& figures);
std::string figures_text(const Figures& figures);

}  // namespace generion::cli
