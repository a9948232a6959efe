// One snapshot on disk: the state after an epoch's last block, made once and then only read.
// A directory with a database of its own: objects by slot, the chunks' roots, the header.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>

#include "ledger/database.h"
#include "ledger/object_rows.h"
#include "ledger/snapshot_format.h"

namespace generion::ledger {

class Snapshot {
 public:
  // Writes the state of `header` into `directory`, which must not be there. Takes as long as
  // writing all objects twice; stops with `cancelled` once `stopping` is set. A directory that was
  // not finished is no snapshot. Errors: cancelled, disk_full, io_error; damaged: the objects do
  // not have the header's root.
  static Result<void> make(const std::filesystem::path& directory, const BlockHeader& header,
                           const ObjectRows& rows, ByteView receipts,
                           const std::atomic<bool>& stopping);

  // Error not_found: it was not finished. Else as Database::open.
  static Result<std::shared_ptr<const Snapshot>> open(const std::filesystem::path& directory,
                                                      const Hash& chain);

  const BlockHeader& header() const { return header_; }
  const Hash& hash() const { return hash_; }

  // Any thread. Errors: not_found (there is no such part), damaged, io_error.
  Result<Bytes> part(std::uint64_t number) const;

 private:
  Snapshot(std::unique_ptr<Database> database, const BlockHeader& header, std::vector<Hash> roots)
      : database_(std::move(database)),
        header_(header),
        hash_(block_hash(header)),
        roots_(std::move(roots)) {}

  const std::unique_ptr<Database> database_;
  const BlockHeader header_;
  const Hash hash_;
  const std::vector<Hash> roots_;  // of the chunks
};

}  // namespace generion::ledger
