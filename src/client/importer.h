// Imports FHIR files as an institution: per resource one encrypted document and one capsule record
// of its patient.
//
// A rerun after a crash neither loses nor doubles a record: each signed transaction is on disk (the
// import log) with the resources in it before it is sent, and is sent again with the same bytes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/error.h"
#include "client/document_store.h"
#include "client/node_api.h"
#include "client/patient_list.h"
#include "crypto/keys.h"
#include "types/genesis.h"

namespace generion::client {

struct ImportProgress {
  std::uint64_t done = 0;   // resources recorded, recorded before, or skipped
  std::uint64_t total = 0;  // resources in all files
  std::uint64_t bytes = 0;  // of the documents encrypted so far
};

struct ImportOptions {
  std::vector<std::filesystem::path> files;  // find_fhir_files resolves directories
  std::filesystem::path log;                 // directory of the import log; made with mode 0700
  Hash chain_id;
  Parameters parameters;  // the chain's: limits and record types
  std::size_t records_per_transaction = 200;
  std::uint64_t valid_for_ms = 600'000;
  bool wait_sealed = false;  // for each transaction's certificate, not only for its execution
  std::function<void(const ImportProgress&)> progress;  // may be empty; on import's thread
  std::function<bool()> cancelled;                      // may be empty; asked between resources
  // Waits between two tries at a busy node; empty: sleeps.
  std::function<void(std::uint64_t ms)> pause;
};

// A resource that was not imported, and why.
struct ImportSkip {
  std::filesystem::path file;
  std::uint64_t line = 0;
  std::string resource;  // "Observation/123"
  std::string reason;
};

struct ImportReport {
  std::uint64_t resources = 0;        // in all files
  std::uint64_t recorded = 0;         // new records of this run
  std::uint64_t recorded_before = 0;  // by an earlier run, or the same resource twice in the files
  std::uint64_t transactions = 0;
  std::uint64_t document_bytes = 0;  // of plaintext encrypted
  std::vector<ImportSkip> skipped;
};

// Blocks until all is recorded. A resource whose type is not on the chain's list gets none there;
// its codes are in the sealed meta. Errors: wrong_chain (node or log are of another chain),
// refusals of the chain such as not_institution (with the first resource of the refused
// transaction), unreachable, timed_out or overloaded (run again: it goes on where it stopped),
// cancelled, locked (another import uses this log), and those of reading the files.
Result<ImportReport> import_fhir(Rpc& node, DocumentStore& store,
                                 const crypto::SigningKey& institution, const PatientList& patients,
                                 const ImportOptions& options);

}  // namespace generion::client
