#include "ledger/state_version.h"

#include <fmt/format.h>

#include "base/assert.h"
#include "base/hex.h"
#include "crypto/merkle.h"
#include "ledger/object_rows.h"
#include "ledger/state_keys.h"

namespace generion::ledger {
namespace {

template <class T>
T must(Result<T> result) {
  if (!result) throw StorageFailure(result.error());
  return std::move(*result);
}

struct SlottedValue {
  Slot slot;
  Bytes value;
};

class DatabaseVersion final : public StateVersion, public ObjectRows {
 public:
  DatabaseVersion(std::shared_ptr<Database> database, std::shared_ptr<StateCache> cache,
                  const BlockHeader& header, StateTree tree)
      : database_(std::move(database)),
        cache_(std::move(cache)),
        snapshot_(database_->take_snapshot()),
        header_(header),
        hash_(block_hash(header)),
        tree_(std::move(tree)) {}
  ~DatabaseVersion() override { database_->release_snapshot(snapshot_); }
  DatabaseVersion(const DatabaseVersion&) = delete;
  DatabaseVersion& operator=(const DatabaseVersion&) = delete;

  const BlockHeader& header() const override { return header_; }
  const Hash& hash() const override { return hash_; }

  std::optional<Bytes> object(ByteView key) const override {
    auto found = load(key);
    if (!found) return std::nullopt;
    return std::move(found->value);
  }

  std::optional<Bytes> lookup(ByteView key) const override {
    return read(StateCache::Kind::lookup, kIndex, key);
  }

  std::vector<Entry> scan(ByteView prefix, ByteView after, std::size_t limit) const override {
    return must(database_->scan(kIndex, prefix, after, limit, snapshot_));
  }

  Result<ObjectProof> prove(ByteView key) const override {
    auto found = load(key);
    if (!found) {
      return fail(Code::not_found,
                  fmt::format("there is no object {} at height {}", to_hex(key), height().value()));
    }
    const auto pages = [this](std::uint64_t number) {
      return load_page(*database_, number, snapshot_);
    };
    return ObjectProof{std::move(found->value), found->slot, tree_.path(found->slot, pages)};
  }

  Result<std::vector<ObjectRow>> after(ByteView after, std::size_t limit) const override {
    auto rows = database_->scan(kObjects, {}, after, limit, snapshot_);
    if (!rows) return fail(rows.error());
    std::vector<ObjectRow> out;
    out.reserve(rows->size());
    for (auto& [key, stored] : *rows) {
      if (stored.size() < kSlotBytes) return fail(no_slot());
      const Slot slot(ByteReader(stored).u64());
      stored.erase(0, kSlotBytes);
      out.push_back({std::move(key), slot, std::move(stored)});
    }
    return out;
  }

 private:
  static Error no_slot() {
    return {Code::damaged,
            "a stored object has no slot: restore a backup, or "
            "remove the state database to have it made again"};
  }

  std::optional<Bytes> read(StateCache::Kind kind, StateColumn column, ByteView key) const {
    if (auto known = cache_->find(kind, key, height())) return std::move(*known);
    auto stored = must(database_->get(column, key, snapshot_));
    cache_->remember(kind, key, stored, height());
    return stored;
  }

  std::optional<SlottedValue> load(ByteView key) const {
    auto stored = read(StateCache::Kind::object, kObjects, key);
    if (!stored) return std::nullopt;
    const Slot slot(ByteReader(*stored).u64());
    if (stored->size() < kSlotBytes || slot.value() >= tree_.size()) {
      throw StorageFailure(no_slot());
    }
    stored->erase(0, kSlotBytes);
    return SlottedValue{slot, std::move(*stored)};
  }

  const std::shared_ptr<Database> database_;
  const std::shared_ptr<StateCache> cache_;
  const rocksdb::Snapshot* const snapshot_;
  const BlockHeader header_;
  const Hash hash_;
  const StateTree tree_;
};

}  // namespace

std::shared_ptr<const TreePage> load_page(const Database& database, std::uint64_t number,
                                          const rocksdb::Snapshot* snapshot) {
  const auto bytes = must(database.get(kTree, page_key(number), snapshot));
  auto page = TreePage::decode(bytes ? *bytes : Bytes());
  if (!page) {
    throw StorageFailure(
        {Code::damaged,
         fmt::format("page {} of the state tree is missing or cut: restore a backup, "
                     "or remove the state database to have it made again",
                     number)});
  }
  return std::make_shared<TreePage>(std::move(*page));
}

std::shared_ptr<const ObjectRows> object_rows(std::shared_ptr<const StateVersion> version) {
  auto rows = std::dynamic_pointer_cast<const ObjectRows>(std::move(version));
  GENERION_ASSERT(rows != nullptr);
  return rows;
}

std::shared_ptr<const StateVersion> make_version(std::shared_ptr<Database> database,
                                                 std::shared_ptr<StateCache> cache,
                                                 const BlockHeader& header, StateTree tree) {
  return std::make_shared<DatabaseVersion>(std::move(database), std::move(cache), header,
                                           std::move(tree));
}

}  // namespace generion::ledger
