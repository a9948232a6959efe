// Merkle trees as in RFC 6962 section 2.1, with BLAKE2b-256: leaf = H(0x00 || data), node = H(0x01
// || l || r).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "crypto/hash.h"

namespace generion::crypto {

Hash merkle_leaf(ByteView data);
Hash merkle_leaf(std::initializer_list<ByteView> parts);  // of the parts' concatenation
Hash merkle_node(const Hash& left, const Hash& right);

// Root over leaf hashes; of no leaves: BLAKE2b-256 of nothing.
Hash merkle_root(std::span<const Hash> leaf_hashes);

// Sibling hashes from the leaf upwards (RFC 6962's audit path). index < leaf_hashes.size().
std::vector<Hash> merkle_path(std::span<const Hash> leaf_hashes, std::uint64_t index);

// Whether the leaf stands at `index` of the tree of `size` leaves with this root (RFC 9162
// section 2.1.3.2).
bool verify_merkle_path(const Hash& leaf, std::uint64_t index, std::uint64_t size,
                        std::span<const Hash> path, const Hash& root);

}  // namespace generion::crypto
