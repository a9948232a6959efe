// Evidence against validators: found by the replica, kept in files, shown by the RPC. Any thread.
#pragma once

#include <deque>
#include <filesystem>
#include <functional>
#include <mutex>
#include <vector>

#include "consensus/actions.h"
#include "rpc/backend.h"
#include "rpc/health.h"

namespace generion::node {

// What the RPC shows of it.
rpc::EvidenceView evidence_view(const consensus::Evidence& evidence, TimeMs now);

class EvidenceLog {
 public:
  // One file for each piece in `directory`, which is made when there is something to keep.
  explicit EvidenceLog(std::filesystem::path directory) : directory_(std::move(directory)) {}

  // Reads what an earlier run has kept. Files that do not decode are left alone.
  void load();

  // Shown at once; written to the disk by whoever calls. The same piece is kept once. Errors:
  // io_error, disk_full.
  Result<void> add(const consensus::Evidence& evidence, TimeMs now);

  // The newest ones, at most limits::kEvidenceMax, oldest first.
  std::vector<rpc::EvidenceView> newest() const;
  // The same without the messages, which can be large.
  std::vector<rpc::EvidenceFound> found() const;

 private:
  bool remember(rpc::EvidenceView view);

  const std::filesystem::path directory_;
  mutable std::mutex mutex_;
  std::deque<rpc::EvidenceView> newest_;  // guarded by mutex_
};

}  // namespace generion::node
