// A state in memory for tests: what a ledger does with BlockWrites, strictly.
#pragma once

#include <map>
#include <set>
#include <stdexcept>
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

  // Throws std::logic_error if the writes break the rules of BlockWrites.
  void apply(const BlockWrites& writes) {
    std::set<Bytes> seen;
    const Bytes* last_changed = nullptr;
    for (const ObjectWrite& write : writes.objects) {
      require(seen.insert(write.key).second, "an object is written twice");
      require(objects_.contains(write.key) != write.created,
              "what is created is there already, or what is changed is not");
      if (write.created) {
        require(last_changed == nullptr, "what is created comes after what is changed");
        slots_.push_back(write.key);
      } else {
        require(last_changed == nullptr || *last_changed < write.key,
                "what is changed does not ascend");
        last_changed = &write.key;
      }
      objects_[write.key] = write.value;
    }
    seen.clear();
    for (const LookupWrite& write : writes.lookups) {
      require(seen.insert(write.key).second, "a look-up is written twice");
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

  static void require(bool holds, const char* breach) {
    if (!holds) throw std::logic_error(std::string("block writes: ") + breach);
  }
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
