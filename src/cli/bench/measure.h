// What a benchmark measures beside its own clock: latencies, this machine's signature rate, and the
// CPU that a process spent, by thread.
#pragma once

#include <sys/types.h>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/error.h"

namespace generion::cli {

// Latencies of requests; keeps them all, so percentiles are exact.
class Latencies {
 public:
  void add(double milliseconds) { values_.push_back(milliseconds); }
  void append(const Latencies& other);
  std::size_t count() const { return values_.size(); }

  struct Summary {
    double p50 = 0, p90 = 0, p99 = 0, max = 0;  // milliseconds; zero if there are none
  };
  Summary summary() const;

 private:
  std::vector<double> values_;
};

// Ed25519 verifications per second of a 300-byte message, on one core, and on `cores` at once.
struct VerifyRate {
  double one_core = 0;
  double all_cores = 0;
  double cpu_us = 0;  // CPU time of one, all cores at it: counts even when others want the cores
};
VerifyRate measure_verify_rate(unsigned cores, double seconds);
// Of a measurement before and one after a load: how quick a (shared) machine is changes.
VerifyRate mean(const VerifyRate& a, const VerifyRate& b);

// Microseconds of CPU that the check of a relock proof takes. No other thread of this process may
// be at work.
double measure_proof_check_us(double seconds);

// CPU seconds (user and system) of each thread of a process by thread name, those that have ended
// too as "ended". Error not_found if there is no such process.
Result<std::map<std::string, double>> process_cpu_seconds(pid_t process);

// CPU seconds (user and system) of this process so far, all its threads.
double own_cpu_seconds();

// A node's own numbers, from /metrics on its admin socket. Errors: unreachable, malformed.
struct NodeCounters {
  // To its databases and journal, before RocksDB's compaction. (The kernel's count for the process
  // is of no use: it counts whole pages of up to 2 MiB.)
  std::uint64_t written_bytes = 0;
  std::uint64_t executed = 0;  // transactions that took effect, since its start
  std::uint64_t height = 0;
};
Result<NodeCounters> node_counters(const std::filesystem::path& admin_socket);

// Resident memory in bytes. Error not_found.
Result<std::uint64_t> process_memory_bytes(pid_t process);

}  // namespace generion::cli
