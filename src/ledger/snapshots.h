// The snapshots that a node has: the two newest, and older ones as long as they are asked for.
// Any thread; one `take` at a time.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <vector>

#include "ledger/snapshot.h"

namespace generion::ledger {

class Snapshots {
 public:
  static constexpr std::size_t kKept = 2;

  // Those in `directory`, which is made if it is absent. What was not finished is removed, and what
  // cannot be read: a snapshot can be made again. Errors: locked, io_error.
  static Result<std::unique_ptr<Snapshots>> open(const std::filesystem::path& directory,
                                                 const Hash& chain);

  // Makes the one of `header`, if it is not here, then forgets old ones. `now_ms` is any steady
  // clock's. Errors as Snapshot::make.
  Result<void> take(const BlockHeader& header, const ObjectRows& rows, ByteView receipts,
                    std::uint64_t now_ms);

  // A running `take` ends soon; later ones fail.
  void stop() { stopping_ = true; }

  // The headers, newest first.
  std::vector<BlockHeader> list() const;
  // Errors: not_found (no such snapshot, or no such part), damaged, io_error.
  Result<Bytes> part(const Hash& block, std::uint64_t number, std::uint64_t now_ms);

  // Removes those that are neither among the newest nor asked for any more.
  void forget_old(std::uint64_t now_ms);

  // The lower of the two newest; 0 if there are not two.
  Height older_kept() const;

 private:
  struct Entry {
    std::shared_ptr<const Snapshot> snapshot;
    std::filesystem::path directory;
    std::uint64_t asked_ms = 0;  // 0: never
  };

  Snapshots(std::filesystem::path directory, const Hash& chain)
      : directory_(std::move(directory)), chain_(chain) {}
  Result<void> load();

  const std::filesystem::path directory_;
  const Hash chain_;
  std::atomic<bool> stopping_{false};
  mutable std::mutex mutex_;    // guards what follows; held for no I/O but removing
  std::vector<Entry> entries_;  // newest first
};

}  // namespace generion::ledger
