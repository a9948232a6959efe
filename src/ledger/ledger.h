// The ledger of a node: executes batches, keeps blocks, state and attachments on disk, serves
// versions of the state.
//
//   auto ledger = Ledger::open(dir, genesis);             // re-executes what the state lacks
//   ledger->persist({.batches = {...}});                  // before this replica's PREPARE leaves
//   auto block = ledger->execute(batch, transactions);    // once committed, in order of height
//   ledger->persist({.blocks = {{block, own_seal}}});     // before the seal leaves
//   ledger->apply(*block);                                // the new tip is published
//   ledger->persist({.stable = {{height, certificate}}});  // q seals: erasures are carried out
//   ledger->tip()->object(key);
//
// Threads: persist belongs to the journal thread, execute and apply to the executor thread, the
// rest to any thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "contract/epoch_rules.h"
#include "contract/execution.h"
#include "ledger/block_store.h"
#include "ledger/state_version.h"
#include "types/block.h"
#include "types/genesis.h"
#include "types/proof.h"
#include "types/transaction.h"
#include "wire/archive.h"

namespace generion::ledger {

struct LedgerOptions {
  // Versions kept for reading: these many blocks, and those whose time is within kept_ms of the
  // tip's, but never more than kStateVersionsMax.
  std::uint64_t kept_blocks = 128;
  std::uint64_t kept_ms = 60'000;
  std::uint64_t cache_bytes = 256 * 1024 * 1024;  // RocksDB's block cache, both databases together
  // The state database is flushed after at most these many executed transactions, and after at most
  // so much time of executing them: what a restart after a crash does again.
  std::uint64_t flush_transactions = 20'000;
  std::uint64_t flush_ms = 500;
};

// The state changes of a block with their tree pages; only the ledger looks inside.
struct PendingState;

// A batch that was executed; nothing of it is on disk yet.
//
// writes.last_height is set from the block on that made its epoch's end known; writes.next_epoch
// with the epoch's last block only: the rules of the blocks above it (contract/epoch_rules.h).
struct ExecutedBlock {
  BlockHeader header;
  Hash hash;
  Batch batch;
  SkippedBits skipped;
  std::vector<SystemReceipt> system_receipts;
  std::vector<Receipt> receipts;  // in batch order, without the skipped
  contract::BlockWrites writes;
  std::shared_ptr<const PendingState> pending;
};

// A batch that this replica is about to vote for. Kept until its height is stable, even when
// another digest is accepted there later.
struct PutBatch {
  Hash digest;  // batch_digest(chain, batch)
  Batch batch;
  std::vector<std::shared_ptr<const Transaction>> transactions;  // in the order of batch.ids
};

struct PutBlock {
  std::shared_ptr<const ExecutedBlock> block;
  std::optional<Seal> own_seal;  // none on an observer
};

// q seals were seen and verified: this height, and with it every height below, is final.
struct PutStable {
  Height height;
  Certificate certificate;
};

struct ChainWrites {
  std::vector<PutBatch> batches;
  std::vector<PutBlock> blocks;   // ascending; each height follows the one before
  std::vector<PutStable> stable;  // of blocks that are stored, or stand in `blocks`
  bool empty() const { return batches.empty() && blocks.empty() && stable.empty(); }
};

struct LedgerCounters {
  std::uint64_t chain_writes = 0;  // RocksDB write batches with a synced log
  std::uint64_t chain_bytes = 0;   // in them
  std::uint64_t chain_syncs = 0;
  std::uint64_t state_writes = 0;  // write batches of the state database, one a block
  std::uint64_t state_bytes = 0;
  std::uint64_t state_flushes = 0;
  std::uint64_t skipped = 0;     // transactions that stood in a batch and were skipped
  std::uint64_t reexecuted = 0;  // blocks executed again by `open`
};

class Ledger {
 public:
  // Opens the ledger in `directory`, or makes it there if there is none. Re-executes blocks that
  // the state database lost in a crash, and compares their hashes. Errors: foreign_database (of
  // another chain), newer_format, locked (another process has it), damaged, diverged (re-execution
  // gave another block), io_error, disk_full. On foreign_database, newer_format and locked no file
  // but the lock's has been changed, nor on damage that shows when the databases are opened.
  static Result<std::unique_ptr<Ledger>> open(const std::filesystem::path& directory,
                                              const Genesis& genesis,
                                              const LedgerOptions& options = {});

  ~Ledger();  // flushes the state database
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  const Hash& chain() const;

  // --- any thread ---

  // The epoch of the block after the tip: who agrees, by which parameters, from which block on.
  // Changes with the application of an epoch's last block.
  std::shared_ptr<const contract::EpochRules> epoch() const;
  // The height of that epoch's last block, once it is known.
  std::optional<Height> last_height() const;
  // How the validators of the genesis file became those of this epoch, which is not above epoch():
  // what a proof of one of its blocks has to bring. With `above`, only the changes by higher
  // blocks, and at most `limit` of them. Errors: not_found, damaged, io_error.
  Result<std::vector<SetChange>> set_changes(Epoch epoch, Height above = Height(0),
                                             std::size_t limit = limits::kSetChangesMax) const;
  // Who agrees on the block above an executed one. Errors: damaged, io_error.
  Result<ValidatorSet> next_set(const BlockHeader& header) const;

  // The newest applied state.
  std::shared_ptr<const StateVersion> tip() const;
  // The newest applied state that has a certificate; height 0 needs none. Null after a restart
  // until the tip's block or a later one is certified: older versions are not kept across restarts.
  std::shared_ptr<const StateVersion> sealed() const;
  // Errors height_gone (not kept any more) and height_ahead (not applied yet); messages name the
  // range that is kept.
  Result<std::shared_ptr<const StateVersion>> at(Height height) const;

  // The newest height whose block is on disk and synced; the tip's or, between persist and apply,
  // above it.
  Height stored() const;
  // The newest height with a certificate; 0 before the first.
  Height stable() const;

  // The blocks up to this height are not held: the node joined by a snapshot, or has pruned them;
  // 0: all are. The headers and certificates of their epochs' last ones are there all the same.
  Height base() const;

  // Errors of the readers below: not_found, height_gone (at or below base), damaged, io_error.
  Result<Block> block(Height height) const;
  Result<BlockHeader> header(Height height) const;
  Result<Certificate> certificate(Height height) const;
  // The batch that became block `height`.
  Result<BatchBodies> bodies(Height height) const;
  // A batch that was put, whether it became a block or not; not_found once another of its height is
  // stable.
  Result<BatchBodies> bodies(Height height, const Hash& digest) const;
  // The bodies of that batch's transactions, as they were signed, without their attachments.
  Result<std::vector<Bytes>> signed_bodies(Height height) const;
  // All that proves the block, without attachments; no certificate where only a later block's is
  // held.
  Result<wire::ArchivedBlock> archived_block(Height height) const;
  // Where a transaction was executed or refused; nullopt if it was not (or was only skipped).
  Result<std::optional<TransactionPlace>> find(const TxId& id) const;
  Result<StoredTransaction> transaction(const TxId& id) const;
  // nullopt once it is erased, and for one that never was.
  Result<std::optional<Bytes>> attachment(const contract::AttachmentId& id) const;

  // Any thread, one at a time: the blocks up to `height` with their transactions and certificates
  // are let go of; living attachments stay, and so do the headers and certificates of their epochs'
  // last ones. `height` is at most stable() and the tip's. The databases have format 2 from then
  // on. Errors: disk_full, io_error, damaged.
  Result<void> prune(Height height);

  // Any thread: both databases as of now, into a new directory that can be opened as a ledger;
  // files are linked where they can be. Errors: file_exists, disk_full, io_error.
  Result<void> copy_to(const std::filesystem::path& directory) const;

  LedgerCounters counters() const;

  // Attachments that were deleted but whose bytes are still in some file.
  std::uint64_t pending_erasures() const;

  // Any thread, one at a time: removes the bytes of deleted attachments from every file, by
  // compaction. Takes as long as rewriting the attachments near them, and runs beside all else; one
  // call at a time. To be called within the parameter erase_within of a deletion. Errors:
  // disk_full, io_error, damaged.
  Result<void> compact_erased();

  // --- journal thread ---

  // All of it becomes durable together, with one synced log. A batch of a height that is stable
  // already is left out. Errors: disk_full, io_error, damaged; diverged for a certificate of
  // another block than the one here, not_found if there is none here.
  Result<void> persist(const ChainWrites& writes);

  // --- executor thread ---

  // Executes the batch of height tip + 1. `transactions` are those of batch.ids, in order. Reads
  // state, writes nothing. Errors: damaged and io_error only; what is ordered can be executed.
  Result<std::shared_ptr<const ExecutedBlock>> execute(
      const Batch& batch, const std::vector<std::shared_ptr<const Transaction>>& transactions);

  // Writes the state after `block` and publishes it as the tip. The block must have been persisted
  // before.
  Result<void> apply(const ExecutedBlock& block);

 private:
  class Impl;
  explicit Ledger(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace generion::ledger
