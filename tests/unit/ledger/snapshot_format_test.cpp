#include "ledger/snapshot_format.h"

#include <catch2/catch.hpp>

#include "base/byte_io.h"
#include "chain_fixture.h"
#include "crypto/merkle.h"
#include "types/proof.h"

namespace generion::ledger {
namespace {

// A state of 4,096 + 3 objects: two chunks.
struct State {
  State() {
    for (std::uint64_t i = 0; i < kChunkSlots + 3; ++i) {
      objects.push_back({"key " + std::to_string(i), "value " + std::to_string(i)});
      leaves.push_back(object_leaf(objects.back().key, objects.back().value));
    }
    header.object_count = objects.size();
    header.state_root = crypto::merkle_root(leaves);
    const auto middle = objects.begin() + kChunkSlots;
    const std::vector<Hash> roots{chunk_root(std::span(leaves).first(kChunkSlots)),
                                  chunk_root(std::span(leaves).subspan(kChunkSlots))};
    parts = {encode_chunk({objects.begin(), middle}, crypto::merkle_path(roots, 0)),
             encode_chunk({middle, objects.end()}, crypto::merkle_path(roots, 1))};
  }

  std::vector<SnapshotObject> objects;
  std::vector<Hash> leaves;
  BlockHeader header;
  std::vector<Bytes> parts;
};

TEST_CASE("snapshot: each chunk holds alone against the state root") {
  const State state;
  CHECK(snapshot_parts(state.header.object_count) == 3);
  CHECK(snapshot_parts(kChunkSlots) == 2);
  const auto first = verify_chunk(state.parts[0], 0, state.header);
  REQUIRE(first);
  CHECK(first->first_slot == 0);
  CHECK(first->objects.size() == kChunkSlots);
  const auto second = verify_chunk(state.parts[1], 1, state.header);
  REQUIRE(second);
  CHECK(second->first_slot == kChunkSlots);
  CHECK(second->objects.size() == 3);
  CHECK(second->objects.back() == state.objects.back());
  CHECK(second->leaves.back() == state.leaves.back());
}

TEST_CASE("snapshot: a chunk that was changed in any byte does not hold") {
  const State state;
  for (std::size_t i = 0; i < state.parts[1].size(); ++i) {
    Bytes part = state.parts[1];
    part[i] = static_cast<char>(part[i] ^ 1);
    CHECK_FALSE(verify_chunk(part, 1, state.header));
  }
}

TEST_CASE("snapshot: a chunk that is cut short, or goes on, does not hold") {
  const State state;
  for (std::size_t size = 0; size < state.parts[1].size(); ++size) {
    CHECK_FALSE(verify_chunk(ByteView(state.parts[1]).substr(0, size), 1, state.header));
  }
  CHECK_FALSE(verify_chunk(state.parts[1] + '\0', 1, state.header));
  const Bytes more = state.parts[1] + ByteWriter().sized("key").sized("value").bytes();
  CHECK(verify_chunk(more, 1, state.header).error().code == Code::bad_proof);
}

TEST_CASE("snapshot: a chunk holds in its place and in its state only") {
  const State state;
  CHECK(verify_chunk(state.parts[0], 1, state.header).error().code == Code::bad_proof);
  CHECK(verify_chunk(state.parts[1], 0, state.header).error().code == Code::bad_proof);
  CHECK(verify_chunk(state.parts[1], 2, state.header).error().code == Code::bad_proof);
  BlockHeader other = state.header;
  ++other.object_count;
  CHECK(verify_chunk(state.parts[1], 1, other).error().code == Code::bad_proof);
  other = state.header;
  other.state_root = Hash();
  CHECK(verify_chunk(state.parts[0], 0, other).error().code == Code::bad_proof);
}

TEST_CASE("snapshot: the receipts prove what was due, and that there was no more") {
  const std::vector<SystemReceipt> system{{DueKind::share_expiry, 7, Code::ok},
                                          {DueKind::user_move, 3, Code::address_taken}};
  const std::vector<Receipt> receipts{{Hash(), Code::ok, 0, {1}}, {Hash(), Code::ok, 0, {}}};
  BlockHeader header;
  header.tx_count = receipts.size();
  std::vector<Hash> leaves;
  for (const auto& receipt : system) {
    leaves.push_back(crypto::merkle_leaf(encode_system_receipt(receipt)));
  }
  for (const auto& receipt : receipts) {
    leaves.push_back(crypto::merkle_leaf(encode_receipt(receipt)));
  }
  header.receipt_root = crypto::merkle_root(leaves);
  const Bytes part = encode_receipts(system, receipts);
  CHECK(verify_receipts(part, header).value() == system);
  CHECK_FALSE(verify_receipts(encode_receipts({system[0]}, receipts), header));
  CHECK_FALSE(verify_receipts(encode_receipts({}, receipts), header));
  CHECK_FALSE(verify_receipts(encode_receipts(system, {receipts[0]}), header));
  CHECK_FALSE(verify_receipts(part + '\0', header));
  for (std::size_t size = 0; size < part.size(); ++size) {
    CHECK_FALSE(verify_receipts(ByteView(part).substr(0, size), header));
  }
}

}  // namespace
}  // namespace generion::ledger
