#include "ledger/state_tree.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <random>

#include "crypto/merkle.h"

namespace generion::ledger {
namespace {

Hash leaf(std::uint64_t number, std::uint64_t version = 0) {
  return crypto::merkle_leaf(std::to_string(number) + "/" + std::to_string(version));
}

// Leaf pages as a database would keep them, by version.
struct Store {
  std::map<std::uint64_t, std::shared_ptr<const TreePage>> pages;

  StateTree::PageSource source() const {
    return [copy = pages](std::uint64_t number) { return copy.at(number); };
  }
  StateTree put(StateTree::Changed changed) {
    for (auto& page : changed.pages) pages[page.number] = page.page;
    return changed.tree;
  }
  std::vector<Hash> roots() const {
    std::vector<Hash> out;
    for (const auto& [number, page] : pages) out.push_back(page->root());
    return out;
  }
};

void check_all_paths(const StateTree& tree, const Store& store, const std::vector<Hash>& leaves) {
  const auto source = store.source();
  for (std::uint64_t i = 0; i < leaves.size(); ++i) {
    const auto path = tree.path(Slot(i), source);
    if (!crypto::verify_merkle_path(leaves[i], i, leaves.size(), path, tree.root())) {
      FAIL("slot " << i << " of " << leaves.size());
    }
  }
}

TEST_CASE("state tree: no objects") {
  const StateTree tree;
  REQUIRE(tree.size() == 0);
  REQUIRE(tree.root() == crypto::blake2b256({}));
  REQUIRE(StateTree::from_page_roots(0, {}).root() == tree.root());
}

TEST_CASE("state tree: one leaf at a time, every size is RFC 6962's tree") {
  Store store;
  StateTree tree;
  std::vector<Hash> leaves;
  for (std::uint64_t i = 0; i < 300; ++i) {
    leaves.push_back(leaf(i));
    tree = store.put(tree.with({{Slot(i), leaves.back()}}, store.source()));
    REQUIRE(tree.size() == i + 1);
    REQUIRE(tree.root() == crypto::merkle_root(leaves));
    if (i % 37 == 0 || (i + 1) % 64 <= 1) check_all_paths(tree, store, leaves);
  }
}

TEST_CASE("state tree: large sizes around the tiers' edges") {
  for (const std::uint64_t size : {64U * 64U - 1, 64U * 64U, 64U * 64U + 1, 64U * 65U, 12'345U}) {
    Store store;
    std::vector<Hash> leaves;
    std::vector<StateTree::Update> updates;
    for (std::uint64_t i = 0; i < size; ++i) {
      leaves.push_back(leaf(i));
      updates.push_back({Slot(i), leaves.back()});
    }
    const StateTree tree = store.put(StateTree().with(updates, store.source()));
    REQUIRE(tree.root() == crypto::merkle_root(leaves));
    const auto source = store.source();
    for (const std::uint64_t slot : {std::uint64_t{0}, size / 2, size - 2, size - 1}) {
      REQUIRE(tree.path(Slot(slot), source) == crypto::merkle_path(leaves, slot));
    }
  }
}

TEST_CASE("state tree: three tiers from page roots") {
  // 64^3 + 5 leaves: only the roots of the leaf pages are needed for the root.
  const std::uint64_t size = 64 * 64 * 64 + 5;
  std::vector<Hash> leaves;
  leaves.reserve(size);
  for (std::uint64_t i = 0; i < size; ++i) {
    Hash hash;
    for (int b = 0; b < 4; ++b) hash.data()[b] = static_cast<std::uint8_t>(i >> (8 * b));
    leaves.push_back(hash);
  }
  std::vector<Hash> roots;
  for (std::uint64_t i = 0; i < size; i += 64) {
    roots.push_back(
        crypto::merkle_root(std::span(leaves).subspan(i, std::min<std::uint64_t>(64, size - i))));
  }
  const StateTree tree = StateTree::from_page_roots(size, roots);
  REQUIRE(tree.root() == crypto::merkle_root(leaves));
}

TEST_CASE("state tree: random updates against the naive tree; old versions stay") {
  for (std::uint32_t seed = 1; seed <= 5; ++seed) {
    INFO("seed " << seed);
    std::mt19937 random(seed);
    Store store;
    StateTree tree;
    std::vector<Hash> leaves;
    struct Kept {
      StateTree tree;
      Store store;
      std::vector<Hash> leaves;
    };
    std::vector<Kept> kept;
    for (int round = 0; round < 60; ++round) {
      std::map<std::uint64_t, Hash> changes;
      for (std::uint32_t i = random() % 20; i > 0 && !leaves.empty(); --i) {
        const std::uint64_t slot = random() % leaves.size();
        changes[slot] = leaves[slot] = leaf(slot, random());
      }
      for (std::uint32_t i = random() % 200; i > 0; --i) {
        const std::uint64_t slot = leaves.size();
        leaves.push_back(changes[slot] = leaf(slot, random()));
      }
      std::vector<StateTree::Update> updates;
      for (const auto& [slot, hash] : changes) updates.push_back({Slot(slot), hash});
      std::shuffle(updates.begin(), updates.end(), random);
      tree = store.put(tree.with(updates, store.source()));
      REQUIRE(tree.root() == crypto::merkle_root(leaves));
      if (round % 20 == 7) kept.push_back({tree, store, leaves});
    }
    REQUIRE(StateTree::from_page_roots(tree.size(), store.roots()).root() == tree.root());
    for (const Kept& old : kept) {
      REQUIRE(old.tree.root() == crypto::merkle_root(old.leaves));
      check_all_paths(old.tree, old.store, old.leaves);
    }
  }
}

TEST_CASE("state tree: only touched pages are given back") {
  Store store;
  std::vector<StateTree::Update> updates;
  for (std::uint64_t i = 0; i < 1000; ++i) updates.push_back({Slot(i), leaf(i)});
  const StateTree tree = store.put(StateTree().with(updates, store.source()));
  const auto changed = tree.with({{Slot(5), leaf(5, 1)}, {Slot(1000), leaf(1000)}}, store.source());
  REQUIRE(changed.pages.size() == 2);
  REQUIRE(changed.pages[0].number == 0);
  REQUIRE(changed.pages[1].number == 15);
  REQUIRE(tree.with({}, store.source()).pages.empty());
}

TEST_CASE("tree page: what is stored is read back; wrong sizes are refused") {
  TreePage page;
  for (std::size_t i = 0; i < 37; ++i) page.set(i, leaf(i));
  page.rehash();
  const auto read = TreePage::decode(page.encode());
  REQUIRE(read);
  REQUIRE(read->size() == 37);
  REQUIRE(read->root() == page.root());
  REQUIRE_FALSE(TreePage::decode(""));
  REQUIRE_FALSE(TreePage::decode(Bytes(33, 'x')));
  REQUIRE_FALSE(TreePage::decode(Bytes(65 * 32, 'x')));
}

}  // namespace
}  // namespace generion::ledger
