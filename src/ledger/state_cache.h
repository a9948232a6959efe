// Values of the newest state in memory, in front of the state database: what transactions read
// again and again (counters, senders, owners), also that a key has none.
//
// An entry is the newest value of its key and says since which height it is known to hold. So a
// version may use it if its height is not below that; nothing else about versions is kept here.
// Bounded: what was not used lately goes first. Thread-safe.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "base/bytes.h"
#include "contract/state.h"
#include "types/ids.h"

namespace generion::ledger {

class StateCache {
 public:
  enum class Kind : std::uint8_t { object, lookup };

  // The value of a key; nullopt: it has none.
  using Value = std::optional<Bytes>;

  // `bytes_max`: of keys, values and what keeping them takes, about.
  explicit StateCache(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  // The value at `height`; nullopt: not known here.
  std::optional<Value> find(Kind kind, ByteView key, Height height);

  // What the database has at `height`. Without effect unless that is the newest height.
  void remember(Kind kind, ByteView key, const Value& value, Height height);

  // The newest height is `height` now, whose version is not published yet: its changes follow.
  // Heights only go up; one thread calls these two.
  void advance(Height height);
  // A value that `height`, the newest, has changed. Kept if the key is known here, or `wanted`.
  enum class Keep : std::uint8_t { if_known, always };
  void change(Kind kind, ByteView key, const Value& value, Keep keep);

 private:
  struct Entry {
    Value value;
    Height since;
  };
  struct Hash {
    using is_transparent = void;  // NOLINT(readability-identifier-naming): the library's
    std::size_t operator()(ByteView key) const { return std::hash<ByteView>()(key); }
  };
  using Entries = std::unordered_map<Bytes, Entry, Hash, std::equal_to<>>;

  // A share of the keys. The newer half of what is kept, and the older one that goes next.
  struct Shard {
    std::mutex mutex;  // guards what follows
    Height height;     // the newest
    Entries recent;
    Entries older;
    std::size_t recent_bytes = 0;
  };
  static constexpr std::size_t kShards = 16;  // of each kind

  // Whether a key with this first byte was ever kept: most of what blocks create is of tables that
  // nobody reads by key.
  std::atomic<bool>& table_of(Kind kind, ByteView key);
  Shard& shard_of(Kind kind, ByteView key);
  Entry* use(Shard& shard, ByteView key);
  void put(Kind kind, Shard& shard, ByteView key, Entry entry);
  void count(Shard& shard, ByteView key, const Value& value);

  const std::size_t bytes_max_;
  std::array<Shard, 2 * kShards> shards_;
  std::array<std::atomic<bool>, std::size_t{2} * 256> tables_{};
};

}  // namespace generion::ledger
