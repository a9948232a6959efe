// The audit of a chain: nothing but the hash of its genesis is taken on trust.
//
//   auto report = audit(source, genesis, {.work = directory, .threads = cores});
//   report->fault            // nullopt: everything was found right
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "audit/block_source.h"
#include "audit/fault.h"
#include "audit/statistics.h"
#include "types/genesis.h"

namespace generion::audit {

struct AuditProgress {
  Height done;
  Height last;
  std::uint64_t transactions = 0;
};

struct AuditOptions {
  // A directory for the state, made by the audit and removed at its end; its parent exists.
  std::filesystem::path work;
  std::size_t threads = 1;                               // that check signatures
  std::function<void(const AuditProgress&)> progress{};  // after each block
  std::function<bool()> is_cancelled{};
};

// Where the time went: two spans, and processor time by part.
struct AuditTimes {
  std::chrono::nanoseconds total{};
  std::chrono::nanoseconds waiting{};    // of the thread that executes, for signature checks
  std::chrono::nanoseconds reading{};    // processor time: from the source
  std::chrono::nanoseconds executing{};  // processor time: and comparing, and writing the state
  std::chrono::nanoseconds checking{};   // processor time of all threads: signatures and proofs
  std::size_t threads = 0;
};

struct AuditReport {
  std::optional<Fault> fault;
  Hash chain;
  std::string chain_name;
  Height height;  // of the last block that was found right
  Hash head_hash;
  TimeMs head_time;
  Hash state_root;
  std::uint64_t objects = 0;
  std::uint64_t records = 0;
  std::uint64_t users = 0;
  std::uint64_t tokens = 0;
  std::uint64_t tokens_held = 0;
  Epoch epoch;  // of the block after it
  std::size_t validators = 0;
  bool has_attachments = false;
  std::uint64_t attachments = 0;         // that were there and right
  std::uint64_t attachments_erased = 0;  // that the chain has erased
  std::uint64_t attachments_kept = 0;    // that are there although the chain has erased them
  Statistics statistics;
  AuditTimes times;
};

// Errors: file_exists (work), cancelled, those of the source but malformed (which is a fault), and
// of Replay.
Result<AuditReport> audit(BlockSource& source, const Genesis& genesis, const AuditOptions& options);

}  // namespace generion::audit
