// The state tree: RFC 6962 over the slots of the objects. A StateTree is an immutable version;
// versions share what they have in common. In memory are the roots of the leaf pages and all above
// (about a byte for each object); the leaf pages come from outside.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "ledger/tree_page.h"

namespace generion::ledger {

class StateTree {
 public:
  // Gives leaf page `number` as of the tree's version. May throw; the tree is then unchanged.
  using PageSource = std::function<std::shared_ptr<const TreePage>(std::uint64_t number)>;

  struct Update {
    Slot slot;
    Hash leaf;
  };
  struct NewPage {
    std::uint64_t number = 0;
    std::shared_ptr<const TreePage> page;
  };
  struct Changed;

  StateTree() = default;  // no objects
  // From the roots of all leaf pages.
  static StateTree from_page_roots(std::uint64_t size, std::span<const Hash> roots);

  std::uint64_t size() const { return size_; }
  Hash root() const;  // as crypto::merkle_root of all leaves

  // The tree with these leaves; slots at or above size() are new and leave no gap. Each slot stands
  // once.
  Changed with(std::vector<Update> updates, const PageSource& pages) const;

  // Sibling hashes of slot < size(), from the leaf upwards.
  std::vector<Hash> path(Slot slot, const PageSource& pages) const;

 private:
  struct Branch;
  using BranchPtr = std::shared_ptr<const Branch>;
  using RootChange = std::pair<std::uint64_t, Hash>;  // leaf page number, its new root

  void grow(std::uint64_t page_count);
  static BranchPtr changed_branch(const BranchPtr& old, int tier,
                                  std::span<const RootChange> changes);

  std::uint64_t size_ = 0;
  int tiers_ = 0;  // of branches
  BranchPtr top_;  // null if there are no objects
};

struct StateTree::Changed {
  StateTree tree;
  std::vector<NewPage> pages;  // ascending: all leaf pages that differ
};

}  // namespace generion::ledger
