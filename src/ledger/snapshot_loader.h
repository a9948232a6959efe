// Loads a snapshot into a new ledger, part by part, with durable progress; nothing is visible as
// state before all of it is there and holds. Works in `<data directory>/joining`.
//
//   auto loader = SnapshotLoader::open(data, genesis, header);   // goes on where it was
//   for (n : loader->missing()) loader->add(n, bytes);           // in any order, each verified
//   loader->index();                                             // look-ups, from the objects
//   while (auto block = loader->window()) loader->add_window({...});  // downwards
//   loader->complete(header's certificate, ends);
//   complete_join(data);   // or a crash, and Ledger::open does it
//
// One thread.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "contract/rebuild.h"
#include "ledger/database.h"
#include "ledger/snapshot_format.h"
#include "types/epoch_chain.h"
#include "types/peer_messages.h"

namespace generion::ledger {

class SnapshotLoader {
 public:
  // What is under way in the directory: the header that it loads; nullopt: nothing.
  static Result<std::optional<BlockHeader>> under_way(const std::filesystem::path& data,
                                                      const Hash& chain);

  // `header` is certified. What is under way for another one is dropped. Errors as Database::open.
  static Result<std::unique_ptr<SnapshotLoader>> open(const std::filesystem::path& data,
                                                      const Genesis& genesis,
                                                      const BlockHeader& header);

  // Drops what is under way.
  static void drop(const std::filesystem::path& data);

  const BlockHeader& header() const { return header_; }
  std::uint64_t parts() const { return snapshot_parts(header_.object_count); }
  const std::set<std::uint64_t>& missing() const { return missing_; }

  // Verifies the part and writes it; one that is here already changes nothing. Errors: malformed
  // and bad_proof (whoever sent it lies); disk_full, io_error.
  Result<void> add(std::uint64_t number, ByteView part);

  // With all parts here: the look-ups. Errors: damaged (the objects make no state that execution
  // can go on from), disk_full, io_error.
  Result<void> index();
  bool is_indexed() const { return is_indexed_; }

  // The next block of the window that is wanted, downwards from the snapshot's; nullopt: all are
  // here. After `index`.
  struct Wanted {
    Height height;
    Hash hash;
  };
  std::optional<Wanted> window() const;
  // Takes blocks that follow each other downwards from window(). Errors: bad_proof, disk_full,
  // io_error.
  Result<void> add_window(const std::vector<WindowBlock>& blocks);

  // The height of the last block of each epoch up to the snapshot's, as its state says. After
  // `index`.
  const std::map<Epoch, Height>& epoch_ends() const { return epoch_ends_; }

  // All is here: it becomes a ledger of its own, to be put in place by complete_join. `ends` are
  // those of epoch_ends(), the snapshot's block the last of them. Errors: disk_full, io_error;
  // bad_proof if `ends` are others.
  Result<void> complete(const std::vector<EpochEnd>& ends);

 private:
  SnapshotLoader(std::filesystem::path directory, const Genesis& genesis, const BlockHeader& header,
                 std::unique_ptr<Database> database);
  Result<void> load();
  Result<void> write_rows(std::vector<contract::LookupRebuild::Row> rows);
  Result<contract::LookupRebuild> rebuilt(bool writes_rows);
  Result<std::vector<SystemReceipt>> handled() const;
  std::uint64_t tx_window_of(Height height) const;

  const std::filesystem::path directory_;  // joining
  const std::uint64_t genesis_window_ms_;
  const std::uint64_t genesis_due_;  // due_per_block
  const BlockHeader header_;
  std::unique_ptr<Database> database_;
  std::set<std::uint64_t> missing_;
  std::size_t unflushed_ = 0;  // parts
  bool is_indexed_ = false;
  std::map<Height, std::uint64_t> tx_windows_;  // by an epoch's first block
  std::map<Epoch, Height> epoch_ends_;
  std::optional<Wanted> window_;
};

// Puts a complete one in the place of what is in the directory, which is removed. Nothing to do
// without one. Goes on after a crash. To be called with the directory's lock held.
Result<void> complete_join(const std::filesystem::path& data);

}  // namespace generion::ledger
