#include "ledger/tree_page.h"

#include <algorithm>
#include <bit>

#include "base/assert.h"
#include "crypto/merkle.h"

namespace generion::ledger {

std::optional<TreePage> TreePage::decode(ByteView bytes) {
  const std::size_t count = bytes.size() / Hash::kSize;
  if (bytes.size() % Hash::kSize != 0 || count == 0 || count > kFanOut) return std::nullopt;
  TreePage page;
  for (std::size_t i = 0; i < count; ++i) {
    page.set(i, *Hash::from(bytes.substr(i * Hash::kSize, Hash::kSize)));
  }
  page.rehash();
  return page;
}

Bytes TreePage::encode() const {
  Bytes out;
  out.reserve(size_ * Hash::kSize);
  for (std::size_t i = 0; i < size_; ++i) out.append(nodes_[i].view());
  return out;
}

void TreePage::set(std::size_t index, const Hash& hash) {
  GENERION_ASSERT(index <= size_ && index < kFanOut);
  nodes_[index] = hash;
  size_ = std::max(size_, index + 1);
  changed_ |= std::uint64_t{1} << index;
}

void TreePage::rehash() {
  std::uint64_t changed = changed_;
  std::size_t count = size_;
  for (std::size_t level = 0; count > 1; ++level) {
    const Hash* below = &nodes_[kLevelStart[level]];
    Hash* above = &nodes_[kLevelStart[level + 1]];
    const std::size_t parents = (count + 1) / 2;
    std::uint64_t changed_above = 0;
    for (std::size_t i = 0; i < parents; ++i) {
      if ((changed >> (2 * i) & 3U) == 0) continue;
      // A node without a right neighbour moves up as it is.
      above[i] =
          2 * i + 1 < count ? crypto::merkle_node(below[2 * i], below[2 * i + 1]) : below[2 * i];
      changed_above |= std::uint64_t{1} << i;
    }
    changed = changed_above;
    count = parents;
  }
  changed_ = 0;
}

const Hash& TreePage::root() const {
  GENERION_ASSERT(size_ > 0 && changed_ == 0);
  return nodes_[kLevelStart[static_cast<std::size_t>(std::bit_width(size_ - 1))]];
}

void TreePage::append_path(std::size_t index, std::vector<Hash>& path) const {
  GENERION_ASSERT(index < size_ && changed_ == 0);
  std::size_t count = size_;
  for (std::size_t level = 0; count > 1; ++level) {
    const std::size_t sibling = index ^ 1U;
    if (sibling < count) path.push_back(nodes_[kLevelStart[level] + sibling]);
    index /= 2;
    count = (count + 1) / 2;
  }
}

}  // namespace generion::ledger
