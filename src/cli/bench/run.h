// One load on a node, and what the node's process spent on it.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "cli/bench/load.h"
#include "cli/context.h"

namespace generion::cli {

// The node that is measured.
struct Target {
  std::string url;
  Hash chain;
  std::optional<pid_t> process;
  std::filesystem::path admin_socket;  // with `process`
};

struct Measured {
  LoadResult load;
  std::size_t operations = 1;
  std::map<std::string, double> cpu_seconds;  // the node's, by part; empty without its process
  double client_cpu_seconds = 0;              // of this process, which shares the machine
  std::uint64_t written_bytes = 0;

  double tps() const { return static_cast<double>(load.transactions) / load.seconds; }
  double us_per_transaction(double seconds) const {
    return seconds * 1e6 / static_cast<double>(load.transactions);
  }
  // The node's, of one part or of all.
  double node_us(const std::string& part) const;
  double node_us() const;
  // How many cores were at work for it, node and clients together.
  double cores_busy() const;
};

// `make_workload` with progress for people.
Workload prepare(Context& context, const WorkloadShape& shape,
                 const std::function<SignedTransaction(std::size_t)>& make);
Workload prepare_records(Context& context, const WorkloadShape& shape, const RecordOptions& options,
                         const crypto::SigningKey& institution);

// Transactions that did not execute are remarked upon, not an error.
Result<Measured> run_load(Context& context, const Target& target, const Workload& workload,
                          const LoadOptions& options, const std::string& label);

}  // namespace generion::cli
