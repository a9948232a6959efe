#include "client/proof.h"

#include <catch2/catch.hpp>

#include "crypto/merkle.h"
#include "proof_vectors.h"
#include "temporary_directory.h"
#include "wire/proof.h"

namespace generion::client {
namespace {

crypto::SigningKey key_number(char number) {
  return crypto::SigningKey::from_seed(crypto::SecretBytes::copy_of(Bytes(32, number)));
}

// A sealed block of five transactions whose state holds eleven objects; four validators.
struct Chain {
  std::vector<crypto::SigningKey> keys;
  TrustAnchor anchor;
  std::vector<Receipt> receipts;
  std::vector<Hash> receipt_leaves;
  std::vector<Hash> tx_leaves;
  std::vector<Hash> object_leaves;
  BlockHeader header;

  Chain() {
    for (char i = 1; i <= 4; ++i) keys.push_back(key_number(i));
    std::ranges::sort(keys, {}, [](const crypto::SigningKey& key) { return key.public_key(); });
    for (const auto& key : keys) anchor.validators.keys.push_back(key.public_key());
    anchor.chain_id = crypto::blake2b256({"a chain"});
    for (std::uint64_t i = 0; i < 5; ++i) {
      const Receipt receipt{crypto::blake2b256({"tx", std::to_string(i)}), Code::ok, 0, {i + 1}};
      receipts.push_back(receipt);
      receipt_leaves.push_back(crypto::merkle_leaf(encode_receipt(receipt)));
      tx_leaves.push_back(crypto::merkle_leaf(receipt.tx_hash.view()));
    }
    for (int i = 0; i < 11; ++i) object_leaves.push_back(object_leaf(key_of(i), value_of(i)));
    header.chain_id = anchor.chain_id;
    header.height = Height(7);
    header.tx_count = receipts.size();
    header.tx_root = crypto::merkle_root(tx_leaves);
    header.receipt_root = crypto::merkle_root(receipt_leaves);
    header.state_root = crypto::merkle_root(object_leaves);
    header.object_count = object_leaves.size();
    header.validator_set_hash = validator_set_hash(anchor.validators);
    header.next_validator_set_hash = header.validator_set_hash;
  }

  static Bytes key_of(int i) { return "key " + std::to_string(i); }
  static Bytes value_of(int i) { return "value " + std::to_string(i); }

  Certificate certificate(std::size_t signers) const {
    Certificate out{block_hash(header), {}};
    for (std::size_t i = 0; i < signers; ++i) {
      const Seal seal = make_seal(header, keys[i]);
      out.signers.push_back({seal.signer, seal.signature});
    }
    return out;
  }

  Proof object(int i) const {
    const auto slot = static_cast<std::uint64_t>(i);
    return {
        ObjectProof{key_of(i), value_of(i), Slot(slot), crypto::merkle_path(object_leaves, slot)},
        header, certificate(3)};
  }

  Proof receipt(std::uint64_t i) const {
    return {ReceiptProof{encode_receipt(receipts[i]), i, 0, crypto::merkle_path(receipt_leaves, i),
                         crypto::merkle_path(tx_leaves, i)},
            header, certificate(3)};
  }
};

ObjectProof& object_of(Proof& proof) {
  return std::get<ObjectProof>(proof.content);
}

ReceiptProof& receipt_of(Proof& proof) {
  return std::get<ReceiptProof>(proof.content);
}

Code code_of(const Proof& proof, const TrustAnchor& anchor) {
  const auto result = verify_proof(proof, anchor);
  return result ? Code::ok : result.error().code;
}

}  // namespace

TEST_CASE("every object and receipt of a sealed block is proven") {
  const Chain chain;
  for (int i = 0; i < 11; ++i) CHECK(verify_proof(chain.object(i), chain.anchor));
  for (std::uint64_t i = 0; i < 5; ++i) CHECK(verify_proof(chain.receipt(i), chain.anchor));
  const auto receipt =
      verify_receipt_proof(std::get<ReceiptProof>(chain.receipt(3).content), chain.header);
  REQUIRE(receipt);
  CHECK(*receipt == chain.receipts[3]);
}

TEST_CASE("an object proof that is altered in any part is refused") {
  const Chain chain;
  Proof proof = chain.object(5);
  SECTION("another value") {
    object_of(proof).value = Chain::value_of(6);
  }
  SECTION("another key") {
    object_of(proof).key = Chain::key_of(6);
  }
  SECTION("a byte moved from value to key") {
    object_of(proof).key += object_of(proof).value.front();
    object_of(proof).value.erase(0, 1);
  }
  SECTION("another slot") {
    object_of(proof).slot = Slot(4);
  }
  SECTION("a slot beyond the state") {
    object_of(proof).slot = Slot(11);
  }
  SECTION("the largest slot") {
    object_of(proof).slot = Slot(~std::uint64_t{0});
  }
  SECTION("a sibling changed") {
    object_of(proof).path[1] = Hash();
  }
  SECTION("a sibling missing") {
    object_of(proof).path.pop_back();
  }
  SECTION("a sibling too many") {
    object_of(proof).path.push_back(Hash());
  }
  SECTION("no path") {
    object_of(proof).path.clear();
  }
  SECTION("an inner node passed off as an object") {
    object_of(proof).path.erase(object_of(proof).path.begin());
    object_of(proof).slot = Slot(2);
  }
  CHECK(code_of(proof, chain.anchor) == Code::bad_proof);
}

TEST_CASE("a receipt proof that is altered in any part is refused") {
  const Chain chain;
  Proof proof = chain.receipt(2);
  SECTION("another outcome") {
    Receipt receipt = chain.receipts[2];
    receipt.code = Code::not_owner;
    receipt_of(proof).receipt = encode_receipt(receipt);
  }
  SECTION("another transaction's receipt") {
    receipt_of(proof).receipt = encode_receipt(chain.receipts[1]);
  }
  SECTION("no receipt at all") {
    receipt_of(proof).receipt = "nonsense";
  }
  SECTION("another place") {
    receipt_of(proof).index = 1;
  }
  SECTION("a place beyond the block") {
    receipt_of(proof).index = 5;
  }
  SECTION("the receipt's path changed") {
    receipt_of(proof).receipt_path[0] = Hash();
  }
  SECTION("the transaction's path changed") {
    receipt_of(proof).transaction_path[0] = Hash();
  }
  SECTION("the paths exchanged") {
    std::swap(receipt_of(proof).receipt_path, receipt_of(proof).transaction_path);
  }
  CHECK(code_of(proof, chain.anchor) == Code::bad_proof);
}

TEST_CASE("a header or certificate that does not hold is refused") {
  Chain chain;
  Proof proof = chain.object(0);
  SECTION("too few seals") {
    proof.certificate = chain.certificate(2);
  }
  SECTION("no seal") {
    proof.certificate.signers.clear();
  }
  SECTION("one seal three times") {
    proof.certificate.signers.assign(3, proof.certificate.signers[0]);
  }
  SECTION("a signature of another signer") {
    std::swap(proof.certificate.signers[0].signature, proof.certificate.signers[1].signature);
  }
  SECTION("a foreign signer") {
    const auto stranger = key_number(9);
    const Seal seal = make_seal(proof.header, stranger);
    proof.certificate.signers[0] = {seal.signer, seal.signature};
    std::ranges::sort(proof.certificate.signers, {}, &Certificate::Signer::key);
  }
  SECTION("a header altered after it was sealed") {
    proof.header.time = TimeMs(1);
  }
  SECTION("a header altered, its hash too") {
    proof.header.state_root = Hash();
    proof.certificate.block_hash = block_hash(proof.header);
  }
  SECTION("an anchor of other validators") {
    chain.anchor.validators.keys[0] = key_number(8).public_key();
    std::ranges::sort(chain.anchor.validators.keys);
  }
  SECTION("an anchor without validators") {
    chain.anchor.validators.keys.clear();
  }
  CHECK(code_of(proof, chain.anchor) == Code::bad_proof);
}

TEST_CASE("a proof of another chain is told apart") {
  Chain chain;
  const Proof proof = chain.object(0);
  chain.anchor.chain_id = crypto::blake2b256({"another chain"});
  CHECK(code_of(proof, chain.anchor) == Code::wrong_chain);
}

TEST_CASE("a proof file reads back as written") {
  const Chain chain;
  const TemporaryDirectory directory;
  for (const Proof& proof : {chain.object(10), chain.receipt(4)}) {
    REQUIRE(save_proof(directory / "p.proof", proof));
    const auto read = load_proof(directory / "p.proof");
    REQUIRE(read);
    CHECK(*read == proof);
    CHECK(verify_proof(*read, chain.anchor));
  }
  CHECK(load_proof(directory / "none.proof").error().code == Code::file_missing);
}

TEST_CASE("a proof file brings the changes of the validators") {
  Chain chain;
  const TemporaryDirectory directory;
  const auto old_key = key_number(7);
  const TrustAnchor before{chain.anchor.chain_id, {{old_key.public_key()}}};
  SetChange change;
  change.header.chain_id = before.chain_id;
  change.header.height = Height(6);
  change.header.validator_set_hash = validator_set_hash(before.validators);
  change.header.next_validator_set_hash = chain.header.validator_set_hash;
  change.next = chain.anchor.validators;
  const Seal seal = make_seal(change.header, old_key);
  change.certificate = {seal.block_hash, {{seal.signer, seal.signature}}};
  chain.header.epoch = Epoch(1);
  Proof proof = chain.object(10);
  CHECK(code_of(proof, before) == Code::bad_proof);
  proof.set_changes = {change};
  REQUIRE(save_proof(directory / "p.proof", proof));
  const auto read = load_proof(directory / "p.proof");
  REQUIRE(read);
  CHECK(*read == proof);
  CHECK(code_of(*read, before) == Code::ok);
  proof.set_changes.assign(257, change);
  CHECK(wire::decode_proof(wire::encode_proof(proof)).error().code == Code::malformed);
}

TEST_CASE("a proof file that is cut anywhere does not verify") {
  const Chain chain;
  const Bytes whole = wire::encode_proof(chain.object(3));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto proof = wire::decode_proof(whole.substr(0, size));
    if (proof) CHECK(code_of(*proof, chain.anchor) != Code::ok);
  }
}

TEST_CASE("a proof file with any byte changed does not verify as something else") {
  const Chain chain;
  const Proof original = chain.receipt(1);
  Bytes bytes = wire::encode_proof(original);
  for (char& byte : bytes) {
    byte = static_cast<char>(byte ^ 0x55);
    const auto proof = wire::decode_proof(bytes);
    if (proof && verify_proof(*proof, chain.anchor)) CHECK(*proof == original);
    byte = static_cast<char>(byte ^ 0x55);
  }
}

TEST_CASE("proof bytes that are no proof are malformed") {
  CHECK(wire::decode_proof("").error().code == Code::malformed);
  CHECK(wire::decode_proof("hello").error().code == Code::malformed);
  CHECK(wire::decode_proof(Bytes(1025 * 1024, 'x')).error().code == Code::too_large);
  Proof proof = Chain().object(0);
  object_of(proof).path.assign(65, Hash());
  const auto decoded = wire::decode_proof(wire::encode_proof(proof));
  REQUIRE_FALSE(decoded);
  CHECK(decoded.error().code == Code::malformed);
  CHECK(decoded.error().message.find("sibling") != std::string::npos);
}

TEST_CASE("proofs are judged as the vectors say, for sets of four, five and six") {
  namespace json = boost::json;
  using namespace vectors;
  const std::size_t validators = GENERATE(4, 5, 6);
  const json::object file = load(validators);
  CHECK(quorum_size(validators) == file.at("quorum").to_number<std::size_t>());
  const Vectors vectors(file);
  std::size_t good = 0;
  for (const json::value& entry : file.at("cases").as_array()) {
    const json::object& one = entry.as_object();
    INFO(validators << " validators: " << text(one, "name"));
    CHECK(code_of(vectors.run(one)) == text(one, "expect"));
    if (one.contains("alone") && one.contains("proof")) {
      CHECK(code_of(vectors.run_alone(one)) == text(one, "expect"));
    }
    good += text(one, "expect") == "OK" ? 1 : 0;
  }
  CHECK(good >= 20);
  CHECK(file.at("cases").as_array().size() >= good + 45);
}

}  // namespace generion::client
