#include "ledger/state_cache.h"

#include <utility>

namespace generion::ledger {
namespace {

constexpr std::size_t kEntryBytes = 128;  // of the map's node and bucket, about

}  // namespace

std::atomic<bool>& StateCache::table_of(Kind kind, ByteView key) {
  const std::size_t first = key.empty() ? 0 : static_cast<unsigned char>(key.front());
  return tables_[static_cast<std::size_t>(kind) * 256 + first];
}

StateCache::Shard& StateCache::shard_of(Kind kind, ByteView key) {
  const std::size_t share = Hash()(key) / 64 % kShards;  // the low bits choose a map's bucket
  return shards_[static_cast<std::size_t>(kind) * kShards + share];
}

// The entry of a key, which counts as used lately now; nullptr: there is none.
StateCache::Entry* StateCache::use(Shard& shard, ByteView key) {
  if (const auto found = shard.recent.find(key); found != shard.recent.end()) return &found->second;
  const auto found = shard.older.find(key);
  if (found == shard.older.end()) return nullptr;
  const auto moved = shard.recent.insert(shard.older.extract(found)).position;
  count(shard, moved->first, moved->second.value);
  // With so many used that the halves have just changed place, it is in the older one again.
  const auto recent = shard.recent.find(key);
  return recent != shard.recent.end() ? &recent->second : &shard.older.find(key)->second;
}

void StateCache::put(Kind kind, Shard& shard, ByteView key, Entry entry) {
  table_of(kind, key).store(true, std::memory_order_relaxed);
  const auto [place, added] = shard.recent.insert_or_assign(Bytes(key), std::move(entry));
  count(shard, place->first, place->second.value);
}

void StateCache::count(Shard& shard, ByteView key, const Value& value) {
  shard.recent_bytes += kEntryBytes + key.size() + (value ? value->size() : 0);
  if (shard.recent_bytes < bytes_max_ / shards_.size() / 2) return;
  shard.older = std::exchange(shard.recent, {});
  shard.recent_bytes = 0;
}

std::optional<StateCache::Value> StateCache::find(Kind kind, ByteView key, Height height) {
  Shard& shard = shard_of(kind, key);
  const std::lock_guard lock(shard.mutex);
  const Entry* entry = use(shard, key);
  if (entry == nullptr || entry->since > height) return std::nullopt;
  return entry->value;
}

void StateCache::remember(Kind kind, ByteView key, const Value& value, Height height) {
  Shard& shard = shard_of(kind, key);
  const std::lock_guard lock(shard.mutex);
  // Otherwise a later block may have changed it, which left no trace of a key unknown here.
  if (shard.height == height && use(shard, key) == nullptr) put(kind, shard, key, {value, height});
}

void StateCache::advance(Height height) {
  for (Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    shard.height = height;
  }
}

void StateCache::change(Kind kind, ByteView key, const Value& value, Keep keep) {
  // What could still set this for the height before has done so when `advance` took its shard.
  const bool has_table = table_of(kind, key).load(std::memory_order_relaxed);
  if (!has_table && keep == Keep::if_known) return;
  Shard& shard = shard_of(kind, key);
  const std::lock_guard lock(shard.mutex);
  if (Entry* entry = use(shard, key)) {
    *entry = {value, shard.height};
  } else if (keep == Keep::always) {
    put(kind, shard, key, {value, shard.height});
  }
}

}  // namespace generion::ledger
