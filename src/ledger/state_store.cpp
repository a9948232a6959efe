#include "ledger/state_store.h"

#include <fmt/format.h>
#include <rocksdb/write_batch.h>

#include <algorithm>

#include "base/assert.h"
#include "base/limits.h"
#include "ledger/state_keys.h"

namespace generion::ledger {
namespace {

// Neighbours one after the other: the memtable begins its search where the last one ended. Those of
// one key stay in order.
std::vector<const contract::LookupWrite*> by_key(const std::vector<contract::LookupWrite>& writes) {
  std::vector<const contract::LookupWrite*> out;
  out.reserve(writes.size());
  for (const contract::LookupWrite& write : writes) out.push_back(&write);
  std::sort(out.begin(), out.end(),
            [](const auto* a, const auto* b) { return a->key < b->key; });  // each stands once
  return out;
}

}  // namespace

Result<std::unique_ptr<StateStore>> StateStore::open(const std::filesystem::path& directory,
                                                     const Hash& chain,
                                                     const LedgerOptions& options,
                                                     std::shared_ptr<rocksdb::Cache> cache) {
  auto database = Database::open(state_form(directory, chain, std::move(cache)));
  if (!database) return fail(database.error());
  std::unique_ptr<StateStore> out(new StateStore(std::move(*database), options));
  if (auto done = out->load(); !done) return fail(done.error());
  return out;
}

StateStore::StateStore(std::unique_ptr<Database> database, const LedgerOptions& options)
    : database_(std::move(database)),
      cache_(std::make_shared<StateCache>(limits::kStateCacheBytesMax)),
      versions_(options.kept_blocks, options.kept_ms) {}

Result<void> StateStore::load() {
  const auto stored = database_->get(kStateMeta, kTipKey);
  if (!stored) return fail(stored.error());
  if (!stored->has_value()) return {};
  const auto header = decode_header(**stored);
  if (!header) return fail(Code::damaged, "the state's header: " + header.error().message);
  auto tree = load_tree(header->object_count);
  if (!tree) return fail(tree.error());
  if (tree->root() != header->state_root) {
    return fail(Code::damaged,
                fmt::format("the state tree at height {} does not have the root that its block "
                            "says: restore a backup, or remove the state database to have it made "
                            "again",
                            header->height.value()));
  }
  cache_->advance(header->height);
  publish(*header, *tree);
  return {};
}

Result<StateTree> StateStore::load_tree(std::uint64_t size) const {
  constexpr std::size_t kAtOnce = 4'096;
  std::vector<Hash> roots;
  Bytes after;
  while (true) {
    const auto some = database_->scan(kTree, kRootPrefix, after, kAtOnce);
    if (!some) return fail(some.error());
    if (some->empty()) break;
    for (const auto& [key, value] : *some) {
      const auto root = Hash::from(value);
      if (!root || key != page_root_key(roots.size())) {
        return fail(Code::damaged,
                    fmt::format("the root of page {} of the state tree is missing", roots.size()));
      }
      roots.push_back(*root);
    }
    after = some->back().first;
  }
  const std::uint64_t pages = (size + TreePage::kFanOut - 1) / TreePage::kFanOut;
  if (roots.size() != pages) {
    return fail(Code::damaged,
                fmt::format("the state tree has {} pages instead of {}", roots.size(), pages));
  }
  return StateTree::from_page_roots(size, roots);
}

std::shared_ptr<const TreePage> StateStore::page(std::uint64_t number) const {
  if (const auto found = recent_pages_.find(number); found != recent_pages_.end()) {
    return found->second;
  }
  const auto older = older_pages_.find(number);
  auto page = older != older_pages_.end() ? older->second : load_page(*database_, number, nullptr);
  recent_pages_[number] = page;
  return page;
}

// Of an object of the tip. The contract changes only what it has read, so it is mostly known.
Slot StateStore::slot_of(ByteView key) const {
  auto known = cache_->find(StateCache::Kind::object, key, versions_.tip()->height());
  if (!known) {
    auto stored = database_->get(kObjects, key);
    if (!stored) throw StorageFailure(stored.error());
    known = std::move(*stored);
  }
  GENERION_ASSERT(known->has_value());
  return Slot(ByteReader(**known).u64());
}

std::shared_ptr<const PendingState> StateStore::prepare(const contract::BlockWrites& writes) const {
  return prepare_state(
      tree_, writes, [this](ByteView key) { return slot_of(key); },
      [this](std::uint64_t number) { return page(number); });
}

Result<void> StateStore::apply(const BlockHeader& header, const contract::BlockWrites& writes,
                               const PendingState& pending, std::span<const ExecutedId> executed) {
  rocksdb::WriteBatch batch;
  for (std::size_t i = 0; i < writes.objects.size(); ++i) {
    const contract::ObjectWrite& write = writes.objects[i];
    batch.Put(database_->column(kObjects), write.key,
              number_key(pending.slots[i].value()) + write.value);
  }
  for (const StateTree::NewPage& page : pending.pages) {
    batch.Put(database_->column(kTree), page_key(page.number), page.page->encode());
    const ByteView root = page.page->root().view();
    batch.Put(database_->column(kTree), page_root_key(page.number),
              rocksdb::Slice(root.data(), root.size()));
  }
  for (const contract::LookupWrite* lookup : by_key(writes.lookups)) {
    if (lookup->value) {
      batch.Put(database_->column(kIndex), lookup->key, *lookup->value);
    } else {
      batch.Delete(database_->column(kIndex), lookup->key);
    }
  }
  for (const ExecutedId& entry : executed) {
    batch.Put(database_->column(kTransactions), Bytes(entry.id.view()),
              ByteWriter().u64(header.height.value()).u32(entry.place).bytes());
  }
  batch.Put(database_->column(kStateMeta), Bytes(kTipKey), encode_header(header));
  if (auto done = database_->write(batch, Database::Durability::memory); !done) return done;
  ++writes_;
  bytes_ += batch.GetDataSize();
  update_cache(header.height, writes, pending);
  publish(header, pending.tree);
  for (const StateTree::NewPage& page : pending.pages) recent_pages_[page.number] = page.page;
  if (recent_pages_.size() > limits::kTreePageCacheMax) {
    older_pages_ = std::exchange(recent_pages_, {});
  }
  return {};
}

// Before the version of `height` is published.
void StateStore::update_cache(Height height, const contract::BlockWrites& writes,
                              const PendingState& pending) {
  using enum StateCache::Keep;
  cache_->advance(height);
  for (std::size_t i = 0; i < writes.objects.size(); ++i) {
    const contract::ObjectWrite& write = writes.objects[i];
    cache_->change(StateCache::Kind::object, write.key,
                   number_key(pending.slots[i].value()) + write.value,
                   write.created ? if_known : always);
  }
  for (const contract::LookupWrite& lookup : writes.lookups) {
    cache_->change(StateCache::Kind::lookup, lookup.key, lookup.value, if_known);
  }
}

void StateStore::publish(const BlockHeader& header, const StateTree& tree) {
  tree_ = tree;
  is_empty_ = false;
  versions_.add(make_version(database_, cache_, header, tree));
}

Result<std::optional<TransactionPlace>> StateStore::find(const TxId& id) const {
  const auto stored = database_->get(kTransactions, id.view());
  if (!stored) return fail(stored.error());
  if (!stored->has_value()) return std::nullopt;
  ByteReader in(**stored);
  TransactionPlace out;
  out.height = Height(in.u64());
  out.place = in.u32();
  if (!in.done()) return fail(Code::damaged, "the place of a transaction has the wrong length");
  return out;
}

Result<void> StateStore::flush(bool wait) {
  ++flushes_;
  return database_->flush(wait);
}

void StateStore::count(LedgerCounters& counters) const {
  counters.state_writes = writes_.load();
  counters.state_bytes = bytes_.load();
  counters.state_flushes = flushes_.load();
}

}  // namespace generion::ledger
