// Keys and values of the state database (docs/protocol/storage.md). Numbers are big-endian.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "base/byte_io.h"
#include "ledger/database.h"
#include "ledger/state_cache.h"
#include "ledger/state_tree.h"
#include "ledger/state_version.h"
#include "types/block.h"

namespace generion::ledger {

// Columns, in the order in which they are opened.
enum StateColumn : std::size_t { kStateMeta, kObjects, kTree, kIndex, kTransactions };

inline constexpr ByteView kTipKey = "tip";  // in kStateMeta: the header of the state's height

// In kTree: a leaf page's hashes, and its root.
inline constexpr ByteView kRootPrefix = "r";
inline Bytes page_key(std::uint64_t number) {
  return "p" + number_key(number);
}
inline Bytes page_root_key(std::uint64_t number) {
  return "r" + number_key(number);
}

// In kObjects: the slot, then the object's value.
inline constexpr std::size_t kSlotBytes = 8;

inline DatabaseForm state_form(const std::filesystem::path& directory, const Hash& chain,
                               std::shared_ptr<rocksdb::Cache> cache) {
  DatabaseForm form;
  form.directory = directory;
  form.chain = chain;
  form.columns = {{.name = "default"},
                  {.name = "state", .is_random_read = true},
                  {.name = "tree"},
                  {.name = "index", .is_random_read = true},
                  {.name = "transactions", .is_random_read = true}};
  form.has_log = false;
  form.cache = std::move(cache);
  return form;
}

// Reads a leaf page. Throws StorageFailure.
std::shared_ptr<const TreePage> load_page(const Database& database, std::uint64_t number,
                                          const rocksdb::Snapshot* snapshot);

// A version that reads a snapshot of `database`, which holds its state now, through `cache`.
std::shared_ptr<const StateVersion> make_version(std::shared_ptr<Database> database,
                                                 std::shared_ptr<StateCache> cache,
                                                 const BlockHeader& header, StateTree tree);

}  // namespace generion::ledger
