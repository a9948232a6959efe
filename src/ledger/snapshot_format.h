// A snapshot's parts: the same bytes on every node, each verified alone against the certified
// header. Pure. docs/protocol/snapshots.md has the layout.
//
// Part 0 holds the receipts of the snapshot's block, part n + 1 chunk n: the objects of 4,096
// slots with the Merkle path from the chunk's root to state_root.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "base/error.h"
#include "types/block.h"

namespace generion::ledger {

inline constexpr std::uint64_t kChunkSlots = 4'096;

struct SnapshotObject {
  Bytes key;
  Bytes value;
  friend bool operator==(const SnapshotObject&, const SnapshotObject&) = default;
};

// Of a state of `object_count` objects; part 0 counted.
std::uint64_t snapshot_parts(std::uint64_t object_count);

// Root of the chunk's subtree: its slots start at a multiple of 4,096, which is a power of two, so
// the tree over the chunks' roots is the state tree.
Hash chunk_root(std::span<const Hash> leaves);

Bytes encode_chunk(const std::vector<SnapshotObject>& objects, const std::vector<Hash>& path);

struct Chunk {
  std::uint64_t first_slot = 0;
  std::vector<SnapshotObject> objects;
  std::vector<Hash> leaves;  // of the objects
};

// Errors: malformed; bad_proof: another chunk, another number of objects, or not of this state.
Result<Chunk> verify_chunk(ByteView part, std::uint64_t number, const BlockHeader& header);

Bytes encode_receipts(const std::vector<SystemReceipt>& system,
                      const std::vector<Receipt>& receipts);

// The system receipts of the header's block. The others are there to prove how many these are.
// Errors: malformed, bad_proof.
Result<std::vector<SystemReceipt>> verify_receipts(ByteView part, const BlockHeader& header);

}  // namespace generion::ledger
