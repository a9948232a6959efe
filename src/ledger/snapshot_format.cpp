#include "ledger/snapshot_format.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/byte_io.h"
#include "base/hex.h"
#include "base/limits.h"
#include "crypto/merkle.h"
#include "types/proof.h"

namespace generion::ledger {
namespace {

std::uint64_t chunk_count(std::uint64_t object_count) {
  return (object_count + kChunkSlots - 1) / kChunkSlots;
}

}  // namespace

std::uint64_t snapshot_parts(std::uint64_t object_count) {
  return 1 + chunk_count(object_count);
}

Hash chunk_root(std::span<const Hash> leaves) {
  return crypto::merkle_root(leaves);
}

Bytes encode_chunk(const std::vector<SnapshotObject>& objects, const std::vector<Hash>& path) {
  ByteWriter out;
  out.u8(static_cast<std::uint8_t>(path.size()));
  for (const Hash& hash : path) out.fixed(hash);
  for (const SnapshotObject& object : objects) out.sized(object.key).sized(object.value);
  return std::move(out).bytes();
}

Result<Chunk> verify_chunk(ByteView part, std::uint64_t number, const BlockHeader& header) {
  const std::uint64_t chunks = chunk_count(header.object_count);
  if (number >= chunks) {
    return fail(Code::bad_proof,
                fmt::format("chunk {} of a snapshot of {} chunks", number, chunks));
  }
  Chunk out;
  out.first_slot = number * kChunkSlots;
  const std::uint64_t count = std::min(kChunkSlots, header.object_count - out.first_slot);
  ByteReader in(part);
  const std::size_t path_size = in.u8();
  if (path_size > limits::kMerklePathMax) {
    return fail(Code::malformed,
                fmt::format("chunk {} has a path of {} hashes", number, path_size));
  }
  std::vector<Hash> path;
  for (std::size_t i = 0; i < path_size; ++i) path.push_back(in.fixed<Hash>());
  out.objects.reserve(count);
  out.leaves.reserve(count);
  while (in.ok() && in.remaining() > 0 && out.objects.size() <= count) {
    const Bytes key(in.sized());
    const Bytes value(in.sized());
    out.leaves.push_back(object_leaf(key, value));
    out.objects.push_back({key, value});
  }
  if (!in.ok()) return fail(Code::malformed, fmt::format("chunk {} is cut short", number));
  if (out.objects.size() != count || in.remaining() > 0) {
    return fail(Code::bad_proof,
                fmt::format("chunk {} has another number of objects than {}", number, count));
  }
  if (!crypto::verify_merkle_path(chunk_root(out.leaves), number, chunks, path,
                                  header.state_root)) {
    return fail(Code::bad_proof, fmt::format("chunk {} is not of the state with root {}", number,
                                             to_hex(header.state_root)));
  }
  return out;
}

Bytes encode_receipts(const std::vector<SystemReceipt>& system,
                      const std::vector<Receipt>& receipts) {
  ByteWriter out;
  out.u32(static_cast<std::uint32_t>(system.size()));
  for (const SystemReceipt& receipt : system) out.sized(encode_system_receipt(receipt));
  for (const Receipt& receipt : receipts) out.sized(encode_receipt(receipt));
  return std::move(out).bytes();
}

// Bytes of all receipts, not hashes: a hash could be that of an inner node and hide some.
Result<std::vector<SystemReceipt>> verify_receipts(ByteView part, const BlockHeader& header) {
  ByteReader in(part);
  const std::uint64_t system_count = in.u32();
  if (system_count > limits::kDuePerBlockMax || header.tx_count > limits::kBatchTransactionsMax) {
    return fail(Code::malformed, "more receipts than a block can have");
  }
  std::vector<SystemReceipt> out;
  std::vector<Hash> leaves;
  for (std::uint64_t i = 0; i < system_count + header.tx_count && in.ok(); ++i) {
    const ByteView bytes = in.sized();
    leaves.push_back(crypto::merkle_leaf(bytes));
    if (i >= system_count) continue;
    const auto receipt = decode_system_receipt(bytes);
    if (!receipt) return fail(Code::malformed, receipt.error().message);
    out.push_back(*receipt);
  }
  if (!in.done()) return fail(Code::malformed, "the receipts are cut short, or too many");
  if (crypto::merkle_root(leaves) != header.receipt_root) {
    return fail(Code::bad_proof,
                fmt::format("the receipts are not those of block {}", header.height.value()));
  }
  return out;
}

}  // namespace generion::ledger
