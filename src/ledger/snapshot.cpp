#include "ledger/snapshot.h"

#include <fmt/core.h>
#include <rocksdb/write_batch.h>

#include "base/byte_io.h"
#include "crypto/merkle.h"
#include "types/proof.h"

namespace generion::ledger {
namespace {

enum Column : std::size_t { kMeta, kSlots };  // in the order in which they are opened

constexpr ByteView kHeaderKey = "header";  // written last
constexpr ByteView kRootsKey = "roots";
constexpr ByteView kReceiptsKey = "receipts";
constexpr std::size_t kRowsAtOnce = 1'000;
constexpr std::uint64_t kCacheBytes = 8 * 1024 * 1024;

rocksdb::Slice slice(ByteView bytes) {
  return {bytes.data(), bytes.size()};
}

DatabaseForm form_of(const std::filesystem::path& directory, const Hash& chain) {
  DatabaseForm out;
  out.directory = directory;
  out.chain = chain;
  out.columns = {{.name = "default"}, {.name = "objects"}};
  out.has_log = false;
  out.cache = Database::make_cache(kCacheBytes);
  return out;
}

Result<SnapshotObject> decode_row(ByteView stored) {
  ByteReader in(stored);
  const Bytes key(in.sized());
  SnapshotObject out{key, Bytes(in.raw(in.remaining()))};
  if (!in.done()) return fail(Code::damaged, "an object of a snapshot is cut short");
  return out;
}

// The objects of one chunk.
Result<std::vector<SnapshotObject>> read_chunk(const Database& database, std::uint64_t number) {
  const std::uint64_t first = number * kChunkSlots;
  const Bytes after = first == 0 ? Bytes() : number_key(first - 1);
  const auto rows = database.scan(kSlots, {}, after, kChunkSlots);
  if (!rows) return fail(rows.error());
  std::vector<SnapshotObject> out;
  out.reserve(rows->size());
  for (const auto& [key, stored] : *rows) {
    if (key != number_key(first + out.size())) {
      return fail(Code::damaged,
                  fmt::format("a snapshot lacks the object of slot {}", first + out.size()));
    }
    auto object = decode_row(stored);
    if (!object) return fail(object.error());
    out.push_back(std::move(*object));
  }
  return out;
}

Result<void> write_objects(Database& database, const ObjectRows& rows,
                           const std::atomic<bool>& stopping) {
  Bytes after;
  while (true) {
    if (stopping) return fail(Code::cancelled, "the node stops");
    const auto some = rows.after(after, kRowsAtOnce);
    if (!some) return fail(some.error());
    if (some->empty()) return {};
    rocksdb::WriteBatch batch;
    for (const ObjectRow& row : *some) {
      batch.Put(database.column(kSlots), number_key(row.slot.value()),
                ByteWriter().sized(row.key).raw(row.value).bytes());
    }
    if (auto done = database.write(batch, Database::Durability::memory); !done) return done;
    after = some->back().key;
  }
}

Result<std::vector<Hash>> chunk_roots(const Database& database, std::uint64_t object_count,
                                      const std::atomic<bool>& stopping) {
  std::vector<Hash> out;
  std::uint64_t objects = 0;
  while (objects < object_count) {
    if (stopping) return fail(Code::cancelled, "the node stops");
    const auto chunk = read_chunk(database, out.size());
    if (!chunk) return fail(chunk.error());
    if (chunk->empty()) break;
    std::vector<Hash> leaves;
    for (const SnapshotObject& object : *chunk) {
      leaves.push_back(object_leaf(object.key, object.value));
    }
    out.push_back(chunk_root(leaves));
    objects += leaves.size();
  }
  return out;
}

}  // namespace

Result<void> Snapshot::make(const std::filesystem::path& directory, const BlockHeader& header,
                            const ObjectRows& rows, ByteView receipts,
                            const std::atomic<bool>& stopping) {
  auto database = Database::open(form_of(directory, header.chain_id));
  if (!database) return fail(database.error());
  if (auto done = write_objects(**database, rows, stopping); !done) return done;
  const auto roots = chunk_roots(**database, header.object_count, stopping);
  if (!roots) return fail(roots.error());
  if (crypto::merkle_root(*roots) != header.state_root) {
    return fail(Code::damaged,
                fmt::format("the objects of the state at height {} do not have the root that its "
                            "block says: restore a backup, or remove the directory `state` to have "
                            "it made again",
                            header.height.value()));
  }
  Bytes all;
  for (const Hash& root : *roots) all.append(root.view());
  rocksdb::WriteBatch batch;
  batch.Put((*database)->column(kMeta), slice(kRootsKey), slice(all));
  batch.Put((*database)->column(kMeta), slice(kReceiptsKey), slice(receipts));
  batch.Put((*database)->column(kMeta), slice(kHeaderKey), encode_header(header));
  if (auto done = (*database)->write(batch, Database::Durability::memory); !done) return done;
  return (*database)->flush(true);
}

Result<std::shared_ptr<const Snapshot>> Snapshot::open(const std::filesystem::path& directory,
                                                       const Hash& chain) {
  auto database = Database::open(form_of(directory, chain));
  if (!database) return fail(database.error());
  const auto stored = (*database)->get(kMeta, kHeaderKey);
  if (!stored) return fail(stored.error());
  if (!stored->has_value()) {
    return fail(Code::not_found, directory.string() + " holds a snapshot that was not finished");
  }
  const auto header = decode_header(**stored);
  if (!header) return fail(Code::damaged, "a snapshot's header: " + header.error().message);
  const auto all = (*database)->get(kMeta, kRootsKey);
  if (!all) return fail(all.error());
  std::vector<Hash> roots;
  ByteReader in(all->has_value() ? **all : ByteView());
  while (in.remaining() > 0 && in.ok()) roots.push_back(in.fixed<Hash>());
  if (!in.done() || roots.size() + 1 != snapshot_parts(header->object_count)) {
    return fail(Code::damaged, directory.string() + " does not hold the roots of its chunks");
  }
  return std::shared_ptr<const Snapshot>(
      new Snapshot(std::move(*database), *header, std::move(roots)));
}

Result<Bytes> Snapshot::part(std::uint64_t number) const {
  if (number >= snapshot_parts(header_.object_count)) {
    return fail(Code::not_found, fmt::format("a snapshot of {} parts has no part {}",
                                             snapshot_parts(header_.object_count), number));
  }
  if (number == 0) {
    auto receipts = database_->get(kMeta, kReceiptsKey);
    if (!receipts) return fail(receipts.error());
    return std::move(*receipts).value_or(Bytes());
  }
  const auto objects = read_chunk(*database_, number - 1);
  if (!objects) return fail(objects.error());
  return encode_chunk(*objects, crypto::merkle_path(roots_, number - 1));
}

}  // namespace generion::ledger
