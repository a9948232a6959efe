#include "ledger/state_tree.h"

#include <algorithm>

#include "base/assert.h"
#include "crypto/merkle.h"

namespace generion::ledger {

// A page whose hashes are the roots of 64 pages below: of leaf pages in tier 1 (no children in
// memory), of branches above.
struct StateTree::Branch {
  TreePage page;
  std::vector<BranchPtr> children;
};

namespace {

constexpr int kBits = 6;  // 64 pages under a branch

std::uint64_t pages_for(std::uint64_t leaves) {
  return (leaves + TreePage::kFanOut - 1) / TreePage::kFanOut;
}

}  // namespace

StateTree StateTree::from_page_roots(std::uint64_t size, std::span<const Hash> roots) {
  GENERION_ASSERT(roots.size() == pages_for(size));
  StateTree tree;
  tree.size_ = size;
  if (size == 0) return tree;
  std::vector<RootChange> changes;
  changes.reserve(roots.size());
  for (std::uint64_t i = 0; i < roots.size(); ++i) changes.emplace_back(i, roots[i]);
  tree.grow(roots.size());
  tree.top_ = changed_branch(tree.top_, tree.tiers_, changes);
  return tree;
}

Hash StateTree::root() const {
  return top_ ? top_->page.root() : crypto::merkle_root({});
}

void StateTree::grow(std::uint64_t page_count) {
  while (tiers_ == 0 || page_count > std::uint64_t{1} << (kBits * tiers_)) {
    ++tiers_;
    if (!top_) continue;
    auto above = std::make_shared<Branch>();
    above->page.set(0, top_->page.root());
    above->page.rehash();
    above->children.push_back(top_);
    top_ = std::move(above);
  }
}

StateTree::BranchPtr StateTree::changed_branch(const BranchPtr& old, int tier,
                                               std::span<const RootChange> changes) {
  auto branch = old ? std::make_shared<Branch>(*old) : std::make_shared<Branch>();
  const int shift = kBits * (tier - 1);
  for (std::size_t begin = 0; begin < changes.size();) {
    const std::uint64_t child = changes[begin].first >> shift;
    const std::size_t index = child % TreePage::kFanOut;
    if (tier == 1) {
      branch->page.set(index, changes[begin].second);
      ++begin;
      continue;
    }
    std::size_t end = begin;
    while (end < changes.size() && changes[end].first >> shift == child) ++end;
    if (index == branch->children.size()) branch->children.emplace_back();
    BranchPtr& below = branch->children[index];
    below = changed_branch(below, tier - 1, changes.subspan(begin, end - begin));
    branch->page.set(index, below->page.root());
    begin = end;
  }
  branch->page.rehash();
  return branch;
}

StateTree::Changed StateTree::with(std::vector<Update> updates, const PageSource& pages) const {
  std::sort(updates.begin(), updates.end(),
            [](const Update& a, const Update& b) { return a.slot < b.slot; });
  Changed out{*this, {}};
  if (updates.empty()) return out;
  std::vector<RootChange> changes;
  const std::uint64_t old_pages = pages_for(size_);
  for (std::size_t i = 0; i < updates.size();) {
    const std::uint64_t number = updates[i].slot.value() / TreePage::kFanOut;
    auto page = number < old_pages ? std::make_shared<TreePage>(*pages(number))
                                   : std::make_shared<TreePage>();
    for (; i < updates.size() && updates[i].slot.value() / TreePage::kFanOut == number; ++i) {
      page->set(updates[i].slot.value() % TreePage::kFanOut, updates[i].leaf);
    }
    page->rehash();
    changes.emplace_back(number, page->root());
    out.pages.push_back({number, std::move(page)});
  }
  StateTree& tree = out.tree;
  tree.size_ = std::max(size_, updates.back().slot.value() + 1);
  tree.grow(pages_for(tree.size_));
  tree.top_ = changed_branch(tree.top_, tree.tiers_, changes);
  return out;
}

std::vector<Hash> StateTree::path(Slot slot, const PageSource& pages) const {
  GENERION_ASSERT(slot.value() < size_);
  const std::uint64_t number = slot.value() / TreePage::kFanOut;
  std::vector<Hash> out;
  pages(number)->append_path(slot.value() % TreePage::kFanOut, out);
  std::vector<const Branch*> way;
  const Branch* branch = top_.get();
  for (int tier = tiers_; tier > 0; --tier) {
    way.push_back(branch);
    if (tier == 1) break;
    branch = branch->children[(number >> (kBits * (tier - 1))) % TreePage::kFanOut].get();
  }
  for (int tier = 1; tier <= tiers_; ++tier) {
    const std::size_t index = (number >> (kBits * (tier - 1))) % TreePage::kFanOut;
    way[static_cast<std::size_t>(tiers_ - tier)]->page.append_path(index, out);
  }
  return out;
}

}  // namespace generion::ledger
