// One RocksDB database: opened with care, its errors translated. The two databases of the ledger
// differ only in their columns and in who writes them.
//
// A database directory also holds the file `identity`: format version and chain, which is read
// before RocksDB touches anything. Every block and blob that RocksDB stores has a checksum,
// verified at each read, and paranoid_checks is on.
//
// Thread-safe, as RocksDB is.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "types/ids.h"

namespace rocksdb {
class Cache;
class ColumnFamilyHandle;
class DB;
class Snapshot;
class WriteBatch;
}  // namespace rocksdb

namespace generion::ledger {

struct DatabaseColumn {
  std::string name;
  bool has_blobs = false;  // large values in files of their own
  bool is_random_read =
      false;  // point reads of keys that are mostly absent: a filter in memory, too
};

struct DatabaseForm {
  std::filesystem::path directory;
  Hash chain;
  std::vector<DatabaseColumn> columns;  // their order gives their numbers; "default" is number 0
  // What a new directory's `identity` says: 2 where blocks may begin above height 1.
  std::uint64_t format = 1;
  bool has_log = true;  // no: all columns are flushed together, to one point in time
  std::shared_ptr<rocksdb::Cache> cache;
};

class Database {
 public:
  using Entry = std::pair<Bytes, Bytes>;
  enum class Durability { synced, logged, memory };

  static std::shared_ptr<rocksdb::Cache> make_cache(std::uint64_t bytes);

  // Makes the database if its directory is absent. Errors: foreign_database, newer_format, damaged
  // (then nothing was changed), disk_full, io_error.
  static Result<std::unique_ptr<Database>> open(const DatabaseForm& form);
  // Only to read: no file changes. Errors: file_missing, foreign_database, newer_format, damaged,
  // io_error.
  static Result<std::unique_ptr<Database>> open_read_only(const DatabaseForm& form);
  ~Database();

  Result<std::optional<Bytes>> get(std::size_t column, ByteView key,
                                   const rocksdb::Snapshot* snapshot = nullptr) const;
  // Entries whose key starts with `prefix`, ascending, from the first key > `after` (empty: from
  // the first).
  Result<std::vector<Entry>> scan(std::size_t column, ByteView prefix, ByteView after,
                                  std::size_t limit,
                                  const rocksdb::Snapshot* snapshot = nullptr) const;
  // The keys that start with `prefix` and are not below `from`, ascending.
  Result<std::vector<Bytes>> keys(std::size_t column, ByteView prefix, ByteView from = {}) const;
  // The highest key.
  Result<std::optional<Bytes>> last_key(std::size_t column) const;

  Result<void> write(rocksdb::WriteBatch& batch, Durability durability);
  Result<void> flush(bool wait);
  // Rewrites all files with keys in [begin, end), and then, if deleted values are still in some
  // blob file, all files.
  Result<void> erase_deleted(std::size_t column, ByteView begin, ByteView end);

  // Writes a whole copy, as of now, as another database's directory, which must not be there; files
  // that do not change any more are linked if they can be. The log is flushed before.
  Result<void> copy_to(const std::filesystem::path& directory, const Hash& chain,
                       std::uint64_t format) const;
  // From now on the directory has format 2, which older programs refuse.
  static Result<void> raise_format(const std::filesystem::path& directory, const Hash& chain);

  const rocksdb::Snapshot* take_snapshot();
  void release_snapshot(const rocksdb::Snapshot* snapshot);
  rocksdb::ColumnFamilyHandle* column(std::size_t number) const { return columns_[number]; }

 private:
  Database() = default;
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> columns_;
};

// 8 bytes, big-endian: the order of the bytes is the order of the numbers.
Bytes number_key(std::uint64_t number);

}  // namespace generion::ledger
