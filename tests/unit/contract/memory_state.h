// A state in memory for tests: what a ledger does with BlockWrites, strictly.
#pragma once

#include <catch2/catch.hpp>
#include <map>
#include <set>
#include <vector>

#include "contract/state.h"

namespace generion::contract {

class MemoryState : public StateReader {
 public:
  std::optional<Bytes> object(ByteView key) const override { return find(objects_, key); }
  std::optional<Bytes> lookup(ByteView key) const override { return find(lookups_, key); }

  std::vector<Entry> scan(ByteView prefix, ByteView after, std::size_t limit) const override {
    auto at = after.empty() ? lookups_.lower_bound(prefix) : lookups_.upper_bound(after);
    std::vector<Entry> out;
    for (; at != lookups_.end() && at->first.starts_with(prefix) && out.size() < limit; ++at) {
      out.push_back(*at);
    }
    return out;
  }

  // Fails the test if the writes break the rules of BlockWrites.
  void apply(const BlockWrites& writes) {
    std::set<Bytes> seen;
    const Bytes* last_changed = nullptr;
    for (const ObjectWrite& write : writes.objects) {
      REQUIRE(seen.insert(write.key).second);
      REQUIRE(objects_.contains(write.key) != write.created);
      if (write.created) {
        REQUIRE(last_changed == nullptr);
        slots_.push_back(write.key);
      } else {
        REQUIRE((last_changed == nullptr || *last_changed < write.key));
        last_changed = &write.key;
      }
      objects_[write.key] = write.value;
    }
    for (const LookupWrite& write : writes.lookups) {
      if (write.value) {
        lookups_[write.key] = *write.value;
      } else {
        lookups_.erase(write.key);
      }
    }
  }

  const std::map<Bytes, Bytes, std::less<>>& objects() const { return objects_; }
  const std::map<Bytes, Bytes, std::less<>>& lookups() const { return lookups_; }
  // The objects' keys in the order of their slots.
  const std::vector<Bytes>& slots() const { return slots_; }

  friend bool operator==(const MemoryState& a, const MemoryState& b) {
    return a.objects_ == b.objects_ && a.lookups_ == b.lookups_ && a.slots_ == b.slots_;
  }

 private:
  using Rows = std::map<Bytes, Bytes, std::less<>>;
  static std::optional<Bytes> find(const Rows& rows, ByteView key) {
    const auto at = rows.find(key);
    if (at == rows.end()) return std::nullopt;
    return at->second;
  }

  Rows objects_;
  Rows lookups_;
  std::vector<Bytes> slots_;
};

}  // namespace generion::contract
