// The objects of one kind that a block has looked at, decoded once and changed in place, with exact
// undo of the transaction under way.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "base/assert.h"

namespace generion::contract {

// References stay valid until the object's creation is undone.
template <class Id, class Object>
class ObjectTable {
 public:
  // nullptr: this block has not looked at it.
  const Object* find(Id id) const {
    const auto at = entries_.find(id);
    return at == entries_.end() ? nullptr : &at->second.object;
  }

  // Adds an object as it was before the block. Undo leaves it here: it is the same for all.
  const Object& add_loaded(Id id, Object object) {
    const auto [at, added] = entries_.try_emplace(id, Entry{std::move(object)});
    GENERION_ASSERT(added);
    return at->second.object;
  }

  const Object& create(Id id, Object object) {
    const auto [at, added] = entries_.try_emplace(id, Entry{std::move(object)});
    GENERION_ASSERT(added);
    at->second.created = true;
    at->second.saved_in = transaction_;
    undo_.push_back({at, std::nullopt});
    return at->second.object;
  }

  // The object must be here.
  Object& change(Id id) {
    const auto at = entries_.find(id);
    GENERION_ASSERT(at != entries_.end());
    Entry& entry = at->second;
    if (entry.saved_in != transaction_) {
      undo_.push_back({at, entry});
      entry.saved_in = transaction_;
      entry.changed = true;
    }
    return entry.object;
  }

  void commit() {
    undo_.clear();
    ++transaction_;
  }

  void rollback() {
    for (auto step = undo_.rbegin(); step != undo_.rend(); ++step) {
      if (step->before) {
        step->at->second = std::move(*step->before);
      } else {
        entries_.erase(step->at);
      }
    }
    commit();
  }

  // Those that stood before the block and were changed in it, ascending: visit(id, object).
  template <class Visit>
  void for_each_changed(Visit visit) const {
    for (const auto& [id, entry] : entries_) {
      if (entry.changed && !entry.created) visit(id, entry.object);
    }
  }

 private:
  struct Entry {
    Object object;
    bool created = false;
    bool changed = false;
    std::uint64_t saved_in = 0;  // the transaction that undo_ can take this entry back from
  };
  struct Undo {
    typename std::map<Id, Entry>::iterator at;
    std::optional<Entry> before;  // nullopt: there was none
  };

  std::map<Id, Entry> entries_;
  std::vector<Undo> undo_;
  std::uint64_t transaction_ = 1;
};

}  // namespace generion::contract
