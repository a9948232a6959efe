#include "crypto/merkle.h"

#include <bit>

#include "base/assert.h"

namespace generion::crypto {
namespace {

constexpr ByteView kLeafPrefix{"\x00", 1};
constexpr ByteView kNodePrefix{"\x01", 1};

// RFC 6962: the largest power of two smaller than n, for n > 1.
std::size_t split(std::size_t n) {
  return std::bit_floor(n - 1);
}

}  // namespace

Hash merkle_leaf(ByteView data) {
  return blake2b256({kLeafPrefix, data});
}

Hash merkle_leaf(std::initializer_list<ByteView> parts) {
  HashState state;
  state.update(kLeafPrefix);
  for (const ByteView part : parts) state.update(part);
  return state.finish();
}

Hash merkle_node(const Hash& left, const Hash& right) {
  return blake2b256({kNodePrefix, left.view(), right.view()});
}

// A binary counter of perfect subtrees: levels[i] covers 2^i leaves and counts only if the leaf
// number so far has that bit. Joined from the small end, they are RFC 6962's right-leaning tree.
Hash merkle_root(std::span<const Hash> leaf_hashes) {
  if (leaf_hashes.empty()) return blake2b256({});
  std::vector<Hash> levels;
  std::uint64_t count = 0;
  for (Hash hash : leaf_hashes) {
    std::size_t level = 0;
    for (; (count >> level & 1) != 0; ++level) hash = merkle_node(levels[level], hash);
    if (level == levels.size()) levels.emplace_back();
    levels[level] = hash;
    ++count;
  }
  std::size_t level = static_cast<std::size_t>(std::countr_zero(count));
  Hash root = levels[level];
  for (++level; level < levels.size(); ++level) {
    if ((count >> level & 1) != 0) root = merkle_node(levels[level], root);
  }
  return root;
}

std::vector<Hash> merkle_path(std::span<const Hash> leaf_hashes, std::uint64_t index) {
  GENERION_ASSERT(index < leaf_hashes.size());
  std::vector<Hash> path;  // from the root downwards, turned round at the end
  while (leaf_hashes.size() > 1) {
    const std::size_t left = split(leaf_hashes.size());
    if (index < left) {
      path.push_back(merkle_root(leaf_hashes.subspan(left)));
      leaf_hashes = leaf_hashes.first(left);
    } else {
      path.push_back(merkle_root(leaf_hashes.first(left)));
      leaf_hashes = leaf_hashes.subspan(left);
      index -= left;
    }
  }
  return {path.rbegin(), path.rend()};
}

// RFC 9162 section 2.1.3.2, with its names.
bool verify_merkle_path(const Hash& leaf, std::uint64_t index, std::uint64_t size,
                        std::span<const Hash> path, const Hash& root) {
  if (index >= size) return false;
  std::uint64_t fn = index;
  std::uint64_t sn = size - 1;
  Hash r = leaf;
  for (const Hash& p : path) {
    if (sn == 0) return false;
    if ((fn & 1) != 0 || fn == sn) {
      r = merkle_node(p, r);
      while ((fn & 1) == 0 && fn != 0) {
        fn >>= 1;
        sn >>= 1;
      }
    } else {
      r = merkle_node(r, p);
    }
    fn >>= 1;
    sn >>= 1;
  }
  return sn == 0 && r == root;
}

}  // namespace generion::crypto
