// One load on nodes, and what their processes spent on it.
#pragma once

#include <sys/types.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "cli/bench/load.h"
#include "cli/bench/local_chain.h"
#include "cli/context.h"

namespace generion::cli {

// The nodes that are measured.
struct Target {
  // A process on this machine, of which CPU time and written bytes are known.
  struct Process {
    pid_t id = -1;
    std::filesystem::path admin_socket;
  };
  std::vector<std::string> urls;  // the clients take them in turn
  Hash chain;
  std::vector<Process> processes;  // empty: not known
};
Target target_of(const LocalChain& chain);

using CpuByPart = std::map<std::string, double>;  // seconds, by part of a node

struct Measured {
  LoadResult load;
  std::size_t operations = 1;
  std::vector<CpuByPart> cpu_by_node;  // of each process
  double client_cpu_seconds = 0;       // of this process, which shares the machine
  std::uint64_t written_bytes = 0;     // by all nodes
  std::uint64_t blocks = 0;            // 0: not known

  double tps() const { return static_cast<double>(load.transactions) / load.seconds; }
  double us_per_transaction(double seconds) const {
    return seconds * 1e6 / static_cast<double>(load.transactions);
  }
  // All nodes together: by part, of one part, of all.
  CpuByPart cpu_seconds() const;
  double node_us(const std::string& part) const;
  double node_us() const;
  double transactions_per_block() const {
    return static_cast<double>(load.transactions) /
           static_cast<double>(std::max<std::uint64_t>(blocks, 1));
  }
  // How many cores were at work for it, nodes and clients together.
  double cores_busy() const;
};

// `make_workload` with progress for people.
Workload prepare(Context& context, const WorkloadShape& shape,
                 const std::function<SignedTransaction(std::size_t)>& make);
Workload prepare_records(Context& context, const WorkloadShape& shape, const RecordOptions& options,
                         const crypto::SigningKey& institution);

// Transactions that did not execute are remarked upon, not an error. Errors: those of send_load.
Result<Measured> run_load(Context& context, const Target& target, const Workload& workload,
                          const LoadOptions& options, const std::string& label);

}  // namespace generion::cli
