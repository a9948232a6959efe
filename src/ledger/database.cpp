#include "ledger/database.h"

#include <fmt/format.h>
#include <rocksdb/cache.h>
#include <rocksdb/convenience.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/perf_level.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>
#include <rocksdb/utilities/checkpoint.h>

#include <algorithm>
#include <cstdio>

#include "base/byte_io.h"
#include "base/file.h"
#include "base/hex.h"
#include "base/limits.h"
#include "ledger/database_log.h"

namespace generion::ledger {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kFormatMax = 2;
constexpr std::string_view kIdentityName = "identity";
constexpr std::uint64_t kBlobBytesMin = 1024;
constexpr std::uint64_t kBlobFileBytes = 32 * 1024 * 1024;
constexpr std::uint64_t kLogBytesMax = 128 * 1024 * 1024;

rocksdb::Slice slice(ByteView bytes) {
  return {bytes.data(), bytes.size()};
}

Bytes bytes_of(const rocksdb::Slice& value) {
  return {value.data(), value.size()};
}

std::unexpected<Error> failure(const rocksdb::Status& status) {
  const std::string text = status.ToString();
  if (status.IsNoSpace()) {
    return fail(Code::disk_full, "the disk is full: free some space, then start again: " + text);
  }
  if (status.IsCorruption()) {
    return fail(Code::damaged,
                "the database is damaged; restore it from a backup, or remove it and let the node "
                "fetch the chain again: " +
                    text);
  }
  if (status.IsIOError() && text.find("/LOCK:") != std::string::npos) {
    return fail(Code::locked, "the database is in use by another process: stop it first: " + text);
  }
  return fail(Code::io_error, "the database failed: " + text);
}

Result<void> checked(const rocksdb::Status& status) {
  if (!status.ok()) return failure(status);
  return {};
}

Bytes identity_text(const Hash& chain, std::uint64_t format) {
  return fmt::format("generion database\nformat {}\nchain {}\n", format, to_hex(chain));
}

Result<void> write_identity(const fs::path& directory, const Hash& chain, std::uint64_t format) {
  return write_file_atomic(directory / kIdentityName, identity_text(chain, format),
                           kPrivateFileMode);
}

Result<void> check_identity(const DatabaseForm& form) {
  const auto text = read_file(form.directory / kIdentityName, limits::kDatabaseIdentityBytesMax);
  if (!text && text.error().code == Code::file_missing) {
    return fail(Code::damaged, fmt::format("{} has no file `identity`: it is no database of this "
                                           "program, or a part of one",
                                           form.directory.string()));
  }
  if (!text) return fail(text.error());
  for (std::uint64_t format = 1; format <= kFormatMax; ++format) {
    if (*text == identity_text(form.chain, format)) return {};
  }
  unsigned format = 0;
  char chain[65] = {};
  // NOLINTNEXTLINE(cert-err34-c): both fields are compared below.
  if (std::sscanf(text->c_str(), "generion database\nformat %u\nchain %64[0-9a-f]\n", &format,
                  chain) < 1) {
    return fail(Code::damaged, fmt::format("{}: the file `identity` does not say which database "
                                           "this is",
                                           form.directory.string()));
  }
  if (format > kFormatMax) {
    return fail(Code::newer_format,
                fmt::format("{} has format {}, this program knows up to {}: use a newer program",
                            form.directory.string(), format, kFormatMax));
  }
  return fail(Code::foreign_database,
              fmt::format("{} belongs to chain {}, the genesis file to {}: use the right genesis "
                          "file or another directory",
                          form.directory.string(), chain, to_hex(form.chain)));
}

// The first key after all that start with `prefix`; empty if there is none.
Bytes end_of(ByteView prefix) {
  Bytes out(prefix);
  while (!out.empty() && out.back() == '\xff') out.pop_back();
  if (!out.empty()) ++out.back();
  return out;
}

rocksdb::ColumnFamilyOptions column_options(const DatabaseColumn& column,
                                            const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.format_version = 5;
  table.checksum = rocksdb::kXXH3;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.cache_index_and_filter_blocks = true;
  rocksdb::ColumnFamilyOptions options;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  options.compression = rocksdb::kNoCompression;  // keys, hashes, signatures and ciphertext
  options.write_buffer_size = 32 * 1024 * 1024;
  // A key's first byte is its table; within one, new keys mostly follow the last ones.
  options.memtable_insert_with_hint_prefix_extractor.reset(rocksdb::NewFixedPrefixTransform(1));
  if (column.is_random_read) {
    options.memtable_whole_key_filtering = true;
    options.memtable_prefix_bloom_size_ratio = 0.1;
  }
  if (column.has_blobs) {
    options.enable_blob_files = true;
    options.min_blob_size = kBlobBytesMin;
    options.blob_file_size = kBlobFileBytes;
    options.enable_blob_garbage_collection = true;
  }
  return options;
}

rocksdb::DBOptions database_options(const DatabaseForm& form) {
  rocksdb::DBOptions options;
  options.paranoid_checks = true;
  options.atomic_flush = !form.has_log;
  // A record that is cut off was never synced; one that is wrong with others behind it is damage.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.max_total_wal_size = form.has_log ? kLogBytesMax : 0;
  options.max_background_jobs = 2;
  options.allow_concurrent_memtable_write = false;  // one thread writes; it may then use hints
  options.info_log = database_log();
  return options;
}

std::vector<rocksdb::ColumnFamilyDescriptor> descriptors(const DatabaseForm& form) {
  std::vector<rocksdb::ColumnFamilyDescriptor> out;
  for (const DatabaseColumn& column : form.columns) {
    out.emplace_back(column.name, column_options(column, form.cache));
  }
  return out;
}

// Under another name, renamed when complete: a directory that is there holds a whole database.
Result<void> make_database(const DatabaseForm& form) {
  fs::path temporary = form.directory;
  temporary += ".new";
  std::error_code ignored;
  fs::remove_all(temporary, ignored);
  if (auto done = create_private_directory(temporary); !done) return done;
  rocksdb::DBOptions options = database_options(form);
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* opened = nullptr;
  const auto status =
      rocksdb::DB::Open(options, temporary.string(), descriptors(form), &handles, &opened);
  if (!status.ok()) return failure(status);
  const std::unique_ptr<rocksdb::DB> db(opened);
  for (auto* handle : handles) db->DestroyColumnFamilyHandle(handle);
  if (auto done = checked(db->Close()); !done) return done;
  if (auto done = write_identity(temporary, form.chain, form.format); !done) return done;
  return rename_durably(temporary, form.directory);
}

rocksdb::ReadOptions read_options(const rocksdb::Snapshot* snapshot) {
  rocksdb::ReadOptions options;
  options.snapshot = snapshot;
  return options;
}

// RocksDB counts what each thread does, at some 5% of its time; nobody asks for it here.
void stop_counting() {
  static thread_local const bool done = [] {
    rocksdb::SetPerfLevel(rocksdb::PerfLevel::kDisable);
    return true;
  }();
  static_cast<void>(done);
}

}  // namespace

std::shared_ptr<rocksdb::Cache> Database::make_cache(std::uint64_t bytes) {
  return rocksdb::NewLRUCache(bytes);
}

Result<std::unique_ptr<Database>> Database::open(const DatabaseForm& form) {
  std::error_code error;
  if (!fs::exists(form.directory, error)) {
    if (auto done = make_database(form); !done) return fail(done.error());
  }
  // First only to look: a damaged database must stay as it is, and opening to write changes files.
  if (auto seen = open_read_only(form); !seen) return fail(seen.error());
  const rocksdb::DBOptions options = database_options(form);
  const std::string path = form.directory.string();
  std::unique_ptr<Database> out(new Database);
  rocksdb::DB* opened = nullptr;
  const auto status = rocksdb::DB::Open(options, path, descriptors(form), &out->columns_, &opened);
  if (!status.ok()) return failure(status);
  out->db_.reset(opened);
  return out;
}

Result<std::unique_ptr<Database>> Database::open_read_only(const DatabaseForm& form) {
  std::error_code error;
  if (!fs::exists(form.directory, error)) {
    return fail(Code::file_missing, fmt::format("{}: does not exist", form.directory.string()));
  }
  if (auto done = check_identity(form); !done) return fail(done.error());
  const std::string path = form.directory.string();
  std::unique_ptr<Database> out(new Database);
  rocksdb::DB* opened = nullptr;
  const auto status = rocksdb::DB::OpenForReadOnly(database_options(form), path, descriptors(form),
                                                   &out->columns_, &opened);
  out->db_.reset(opened);
  if (status.IsInvalidArgument() || status.IsNotFound() || status.IsPathNotFound()) {
    return failure(rocksdb::Status::Corruption(path, status.ToString()));
  }
  if (!status.ok()) return failure(status);
  return out;
}

Database::~Database() {
  for (auto* column : columns_) db_->DestroyColumnFamilyHandle(column);
}

Result<std::optional<Bytes>> Database::get(std::size_t column, ByteView key,
                                           const rocksdb::Snapshot* snapshot) const {
  stop_counting();
  Bytes value;
  const auto status = db_->Get(read_options(snapshot), columns_[column], slice(key), &value);
  if (status.IsNotFound()) return std::nullopt;
  if (!status.ok()) return failure(status);
  return value;
}

Result<std::vector<Database::Entry>> Database::scan(std::size_t column, ByteView prefix,
                                                    ByteView after, std::size_t limit,
                                                    const rocksdb::Snapshot* snapshot) const {
  std::vector<Entry> out;
  // Without the bound, a search past the last key would wade through what was deleted behind it.
  const Bytes end = end_of(prefix);
  const rocksdb::Slice bound(end);
  rocksdb::ReadOptions options = read_options(snapshot);
  if (!end.empty()) options.iterate_upper_bound = &bound;
  const std::unique_ptr<rocksdb::Iterator> it(db_->NewIterator(options, columns_[column]));
  it->Seek(slice(std::max(prefix, after)));
  if (!after.empty() && it->Valid() && it->key() == slice(after)) it->Next();
  for (; out.size() < limit && it->Valid() && it->key().starts_with(slice(prefix)); it->Next()) {
    out.emplace_back(bytes_of(it->key()), bytes_of(it->value()));
  }
  if (!it->status().ok()) return failure(it->status());
  return out;
}

Result<std::vector<Bytes>> Database::keys(std::size_t column, ByteView prefix,
                                          ByteView from) const {
  std::vector<Bytes> out;
  const std::unique_ptr<rocksdb::Iterator> it(
      db_->NewIterator(rocksdb::ReadOptions(), columns_[column]));
  for (it->Seek(slice(std::max(prefix, from))); it->Valid() && it->key().starts_with(slice(prefix));
       it->Next()) {
    out.push_back(bytes_of(it->key()));
  }
  if (!it->status().ok()) return failure(it->status());
  return out;
}

Result<std::optional<Bytes>> Database::last_key(std::size_t column) const {
  const std::unique_ptr<rocksdb::Iterator> it(
      db_->NewIterator(rocksdb::ReadOptions(), columns_[column]));
  it->SeekToLast();
  if (!it->status().ok()) return failure(it->status());
  if (!it->Valid()) return std::nullopt;
  return bytes_of(it->key());
}

Result<void> Database::write(rocksdb::WriteBatch& batch, Durability durability) {
  stop_counting();
  rocksdb::WriteOptions options;
  options.sync = durability == Durability::synced;
  options.disableWAL = durability == Durability::memory;
  return checked(db_->Write(options, &batch));
}

Result<void> Database::flush(bool wait) {
  rocksdb::FlushOptions options;
  options.wait = wait;
  options.allow_write_stall = true;
  return checked(db_->Flush(options, columns_));
}

Result<void> Database::erase_deleted(std::size_t column, ByteView begin, ByteView end) {
  // Flushing all columns lets go of the log files that hold the values.
  if (auto done = flush(true); !done) return done;
  rocksdb::CompactRangeOptions options;
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
  options.blob_garbage_collection_policy = rocksdb::BlobGarbageCollectionPolicy::kForce;
  options.blob_garbage_collection_age_cutoff = 1.0;
  const rocksdb::Slice first = slice(begin);
  const rocksdb::Slice last = slice(end);
  if (auto done = checked(db_->CompactRange(options, columns_[column], &first, &last)); !done) {
    return done;
  }
  // A blob file goes when no table refers to it; one may be shared with tables out of the range.
  rocksdb::ColumnFamilyMetaData files;
  db_->GetColumnFamilyMetaData(columns_[column], &files);
  const bool has_garbage =
      std::any_of(files.blob_files.begin(), files.blob_files.end(),
                  [](const auto& file) { return file.garbage_blob_count > 0; });
  if (!has_garbage) return {};
  return checked(db_->CompactRange(options, columns_[column], nullptr, nullptr));
}

Result<void> Database::copy_to(const fs::path& directory, const Hash& chain,
                               std::uint64_t format) const {
  rocksdb::Checkpoint* opened = nullptr;
  if (auto done = checked(rocksdb::Checkpoint::Create(db_.get(), &opened)); !done) return done;
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(opened);
  if (auto done = checked(checkpoint->CreateCheckpoint(directory.string())); !done) return done;
  std::error_code error;
  fs::permissions(directory, fs::perms::owner_all, error);
  if (error) return file_error(directory, "cannot be made private", error.value());
  return write_identity(directory, chain, format);
}

Result<void> Database::raise_format(const fs::path& directory, const Hash& chain) {
  return write_identity(directory, chain, kFormatMax);
}

const rocksdb::Snapshot* Database::take_snapshot() {
  return db_->GetSnapshot();
}

void Database::release_snapshot(const rocksdb::Snapshot* snapshot) {
  db_->ReleaseSnapshot(snapshot);
}

Bytes number_key(std::uint64_t number) {
  return ByteWriter().u64(number).bytes();
}

}  // namespace generion::ledger
