// Up to 64 neighbouring hashes of a Merkle tree with all nodes above them, so that one changed hash
// costs six others. A whole tree is pages over pages' roots; that this is exactly the tree of RFC
// 6962 follows from 64 being a power of two: its recursion splits at multiples of 64 until a page
// is left.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "types/ids.h"

namespace generion::ledger {

class TreePage {
 public:
  static constexpr std::size_t kFanOut = 64;

  // From the concatenated hashes; nullopt unless there are 1 to 64 whole ones.
  static std::optional<TreePage> decode(ByteView bytes);
  Bytes encode() const;

  std::size_t size() const { return size_; }
  const Hash& at(std::size_t index) const { return nodes_[index]; }

  // Replaces the hash at `index`, or appends if index == size(). `rehash` must follow before root
  // or path.
  void set(std::size_t index, const Hash& hash);
  void rehash();

  // Of a page that is not empty.
  const Hash& root() const;
  // Adds the sibling hashes of `index`, from below, to `path`.
  void append_path(std::size_t index, std::vector<Hash>& path) const;

 private:
  static constexpr std::array<std::size_t, 7> kLevelStart{0, 64, 96, 112, 120, 124, 126};

  std::array<Hash, 127> nodes_;  // the levels one after the other, the hashes themselves first
  std::size_t size_ = 0;
  std::uint64_t changed_ = 0;  // a bit for each hash whose ancestors are not up to date
};

}  // namespace generion::ledger
