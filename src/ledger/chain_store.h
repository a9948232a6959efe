// The chain database: batches that this replica promised to keep, blocks, certificates,
// attachments, and which of these were erased. docs/protocol/storage.md has the keys.
//
// persist is called by one thread; everything else by any.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "ledger/block_store.h"
#include "ledger/database.h"
#include "ledger/ledger.h"
#include "wire/archive.h"
#include "wire/storage.h"

namespace generion::ledger {

class ChainStore {
 public:
  // Errors as Database::open.
  static Result<std::unique_ptr<ChainStore>> open(const std::filesystem::path& directory,
                                                  const Hash& chain,
                                                  std::shared_ptr<rocksdb::Cache> cache);
  // To read what a stopped node has; no file changes. Errors as Database::open_read_only.
  static Result<std::unique_ptr<ChainStore>> open_read_only(const std::filesystem::path& directory,
                                                            const Hash& chain);

  // As Ledger's.
  Result<void> persist(const ChainWrites& writes);
  Result<void> compact_erased();
  // As Ledger's; `ends` are those of the epochs in between.
  Result<void> prune(Height height, const std::vector<Height>& ends);
  Result<void> copy_to(const std::filesystem::path& directory, const Hash& chain,
                       std::uint64_t format) const {
    return database_->copy_to(directory, chain, format);
  }
  Height stored() const { return Height(stored_.load()); }
  Height stable() const { return Height(stable_.load()); }
  // Blocks up to here are not held.
  Height base() const { return Height(base_.load()); }
  std::uint64_t pending_erasures() const { return pending_erasures_.load(); }

  // Errors of the readers: not_found, damaged, io_error.
  Result<Block> block(Height height) const;
  Result<BlockHeader> header(Height height) const;
  Result<Certificate> certificate(Height height) const;
  Result<BatchBodies> bodies(Height height, const Hash& digest) const;
  Result<std::vector<Bytes>> signed_bodies(Height height, const Hash& digest) const;
  Result<SignedTransaction> envelope(Height height, const Hash& digest, std::uint32_t place) const;
  Result<std::optional<Bytes>> attachment(const contract::AttachmentId& id) const;
  // All that proves the block, without attachments; no certificate where only a later block's is
  // held.
  Result<wire::ArchivedBlock> archived_block(Height height) const;

  // Adds this store's part.
  void count(LedgerCounters& counters) const;

 private:
  // What becoming stable will erase.
  struct Unstable {
    Hash hash;
    Hash digest;
    std::vector<std::uint32_t> without_effect;  // places of failed and skipped transactions
    std::vector<contract::AttachmentId> erasures;
  };
  struct Erasing;

  explicit ChainStore(std::unique_ptr<Database> database) : database_(std::move(database)) {}
  static Result<std::unique_ptr<ChainStore>> loaded(Result<std::unique_ptr<Database>> database);
  Result<void> load();
  static Unstable unstable_part(const Hash& hash, const Batch& batch, const Hash& digest,
                                const SkippedBits& skipped, const std::vector<Receipt>& receipts,
                                const std::vector<contract::AttachmentId>& erasures);

  Result<void> sweep();

  // These four: chain_persist.cpp, on persist's thread.
  Result<void> put_new(const ChainWrites& writes, Database::Durability durability);
  Result<bool> is_new(const PutBlock& put) const;
  Result<void> put_stable(std::vector<PutStable> stable);
  Result<const Unstable*> unstable(Height height);

  Result<void> make_stable(Height height, Erasing& erasing);
  Result<void> erase_all(ByteView prefix, Erasing& erasing) const;
  Result<Hash> digest_of(Height height) const;
  Result<std::optional<Bytes>> key_of(const contract::AttachmentId& id) const;
  Result<std::optional<CertifiedHeader>> kept_end(Height height) const;
  Result<wire::StoredBodies> stored_bodies(Height height, const Hash& digest) const;
  Result<SignedTransaction> with_attachments(const Bytes& prefix, Bytes body,
                                             const Signature& signature, std::uint32_t count) const;
  Result<void> write(rocksdb::WriteBatch& batch, Database::Durability durability);

  std::unique_ptr<Database> database_;
  // Of persist's thread:
  std::map<Height, Unstable> unstable_;            // blocks above stable_
  std::map<Height, std::vector<Bytes>> promised_;  // keys of the batches above stable_
  Height written_;                                 // stored_, and what the running call adds

  std::atomic<std::uint64_t> stored_{0};
  std::atomic<std::uint64_t> stable_{0};
  std::atomic<std::uint64_t> base_{0};
  std::atomic<std::uint64_t> pending_erasures_{0};
  std::atomic<std::uint64_t> writes_{0};
  std::atomic<std::uint64_t> bytes_{0};
  std::atomic<std::uint64_t> syncs_{0};
  std::mutex compaction_mutex_;  // one compact_erased at a time
};

}  // namespace generion::ledger
