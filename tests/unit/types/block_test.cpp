#include "types/block.h"

#include <catch2/catch.hpp>

#include "sample_transaction.h"

namespace generion {
namespace {

struct Members {
  std::vector<crypto::SigningKey> keys;
  ValidatorSet set;
};

Members make_members(std::size_t count) {
  Members out;
  for (std::size_t i = 0; i < count; ++i)
    out.keys.push_back(test_key(static_cast<std::uint8_t>(i + 1)));
  std::sort(out.keys.begin(), out.keys.end(),
            [](const auto& a, const auto& b) { return a.public_key() < b.public_key(); });
  for (const auto& key : out.keys) out.set.keys.push_back(key.public_key());
  return out;
}

BlockHeader sample_header(const ValidatorSet& set) {
  BlockHeader header;
  header.chain_id = crypto::blake2b256({"chain"});
  header.epoch = Epoch(3);
  header.height = Height(77);
  header.parent_hash = crypto::blake2b256({"parent"});
  header.time = TimeMs(1'700'000'000'000);
  header.tx_count = 5;
  header.object_count = 9;
  header.validator_set_hash = validator_set_hash(set);
  header.next_validator_set_hash = header.validator_set_hash;
  return header;
}

Certificate certify(const BlockHeader& header, const Members& members, std::size_t count) {
  Certificate out{block_hash(header), {}};
  for (std::size_t i = 0; i < count; ++i) {
    const Seal seal = make_seal(header, members.keys[i]);
    out.signers.push_back({seal.signer, seal.signature});
  }
  return out;
}

TEST_CASE("block: quorums") {
  // n, f, q of consensus.md: q = floor((n+f)/2)+1.
  constexpr std::size_t kTable[][3] = {{1, 0, 1}, {2, 0, 2}, {3, 0, 2},  {4, 1, 3}, {5, 1, 4},
                                       {6, 1, 4}, {7, 2, 5}, {10, 3, 7}, {13, 4, 9}};
  for (const auto& [n, f, q] : kTable) {
    CHECK(faulty_max(n) == f);
    CHECK(quorum_size(n) == q);
  }
}

TEST_CASE("block: a header has one fixed layout") {
  const BlockHeader header = sample_header(make_members(1).set);
  const Bytes bytes = encode_header(header);
  CHECK(bytes.size() == 8 * 32 + 5 * 8);
  CHECK(*decode_header(bytes) == header);
  CHECK_FALSE(decode_header(bytes + "x"));
  CHECK_FALSE(decode_header(ByteView(bytes).substr(1)));
}

TEST_CASE("block: a receipt survives its bytes") {
  const Receipt receipts[] = {{crypto::blake2b256({"t"}), Code::ok, 0, {1, 2, 300}},
                              {crypto::blake2b256({"t"}), Code::not_owner, 4, {}}};
  for (const Receipt& receipt : receipts)
    CHECK(*decode_receipt(encode_receipt(receipt)) == receipt);
}

TEST_CASE("block: a certificate needs a quorum of distinct members") {
  const Members members = make_members(5);
  const BlockHeader header = sample_header(members.set);
  const auto code = [&](const Certificate& certificate) {
    const auto ok = verify_certificate(certificate, header, members.set);
    return ok ? Code::ok : ok.error().code;
  };
  CHECK(code(certify(header, members, 4)) == Code::ok);
  CHECK(code(certify(header, members, 5)) == Code::ok);
  CHECK(code(certify(header, members, 3)) == Code::bad_proof);

  Certificate doubled = certify(header, members, 4);
  doubled.signers[1] = doubled.signers[0];
  CHECK(code(doubled) == Code::bad_proof);

  Certificate unordered = certify(header, members, 4);
  std::swap(unordered.signers[0], unordered.signers[1]);
  CHECK(code(unordered) == Code::bad_proof);

  BlockHeader other = header;
  other.height = Height(78);
  CHECK(code(certify(other, members, 4)) == Code::bad_proof);

  Certificate borrowed = certify(other, members, 4);
  borrowed.block_hash = block_hash(header);
  CHECK(code(borrowed) == Code::bad_proof);

  const Members strangers = make_members(6);
  Certificate foreign = certify(header, members, 4);
  for (const auto& key : strangers.keys) {
    if (members.set.index_of(key.public_key())) continue;
    const Seal seal = make_seal(header, key);
    foreign.signers[3] = {seal.signer, seal.signature};
  }
  std::sort(foreign.signers.begin(), foreign.signers.end(),
            [](const auto& a, const auto& b) { return a.key < b.key; });
  CHECK(code(foreign) == Code::bad_proof);
}

TEST_CASE("block: a batch's digest covers all of it") {
  const Hash chain = crypto::blake2b256({"chain"});
  Batch batch{Epoch(1), Height(2), test_key(1).public_key(), TimeMs(3), {TxId{}}};
  const Hash digest = batch_digest(chain, batch);
  const auto differs = [&](auto change) {
    Batch other = batch;
    change(other);
    return batch_digest(chain, other) != digest;
  };
  CHECK(differs([](Batch& b) { b.epoch = Epoch(2); }));
  CHECK(differs([](Batch& b) { b.height = Height(3); }));
  CHECK(differs([](Batch& b) { b.proposer = test_key(2).public_key(); }));
  CHECK(differs([](Batch& b) { b.time = TimeMs(4); }));
  CHECK(differs([](Batch& b) { b.ids.push_back(TxId{}); }));
  CHECK(batch_digest(crypto::blake2b256({"other"}), batch) != digest);
}

}  // namespace
}  // namespace generion
