// Proofs that stand on their own: an object of the state, or a transaction's receipt, tied by
// Merkle paths to a block header that a quorum of validators sealed. docs/protocol/proofs.md
// describes the file; wire/proof.h reads and writes it.
#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include "base/error.h"
#include "types/block.h"
#include "types/genesis.h"
#include "types/ids.h"

namespace generion {

// The object stands in `slot` of the state after the block.
struct ObjectProof {
  Bytes key;
  Bytes value;
  Slot slot;
  std::vector<Hash> path;  // from the leaf upwards, in the tree of object_count leaves
  friend bool operator==(const ObjectProof&, const ObjectProof&) = default;
};

// The transaction is in the block and ended as the receipt says.
struct ReceiptProof {
  Bytes receipt;            // canonical bytes, a leaf of receipt_root; they name the transaction
  std::uint64_t index = 0;  // among the tx_count transactions
  std::uint64_t system_count = 0;  // of system receipts, which stand before all others
  std::vector<Hash> receipt_path;
  std::vector<Hash> transaction_path;  // of the leaf tx_hash to tx_root
  friend bool operator==(const ReceiptProof&, const ReceiptProof&) = default;
};

// One set of validators hands over to the next: the last block of an epoch, sealed by its members,
// names those of the epoch after it.
struct SetChange {
  BlockHeader header;
  Certificate certificate;
  ValidatorSet next;
  friend bool operator==(const SetChange&, const SetChange&) = default;
};

// Any certified block with those who agree on the one above it, the same set or another. Without
// signers it proves nothing by itself: whoever takes it knows its hash. An empty set: not told.
using ChainLink = SetChange;

struct Proof {
  std::variant<ObjectProof, ReceiptProof> content;
  BlockHeader header;
  Certificate certificate;
  // All there were from the genesis file's set to the one that sealed `header`, ascending.
  std::vector<SetChange> set_changes{};
  friend bool operator==(const Proof&, const Proof&) = default;
};

// Objects of one height under one certificate.
struct ObjectsProof {
  std::vector<ObjectProof> objects;
  BlockHeader header;
  Certificate certificate;
  std::vector<SetChange> set_changes{};  // as in Proof
  friend bool operator==(const ObjectsProof&, const ObjectsProof&) = default;
};

// What a verifier must trust: which chain, and who may seal from when on. That of the genesis file
// is for blocks from height 1 to the first change of the set.
struct TrustAnchor {
  Hash chain_id;
  ValidatorSet validators;  // ordered by key
  Epoch epoch{};            // the first in which they agree
  Height after{};           // the last block of the epoch before it
};

TrustAnchor trust_anchor(const Genesis& genesis);

// Whether these are the validators, ascending, that the block names for the one above it. Error
// bad_proof.
Result<void> check_next_set(const BlockHeader& header, const ValidatorSet& next);

// Whom to trust above a block whose certificate holds and whose next set is `next`.
TrustAnchor anchor_above(const BlockHeader& header, const ValidatorSet& next);

// Whom to trust after these changes. Errors: wrong_chain, bad_proof.
Result<TrustAnchor> follow_sets(TrustAnchor anchor, const std::vector<SetChange>& changes);

// H(0x00 || u32 length and bytes of key || u32 length and bytes of value).
Hash object_leaf(ByteView key, ByteView value);

// Whether the object stands in the header's state. Error bad_proof.
Result<void> verify_object_proof(const ObjectProof& proof, const BlockHeader& header);

// Whether receipt and transaction stand in the block; the decoded receipt. Error bad_proof.
Result<Receipt> verify_receipt_proof(const ReceiptProof& proof, const BlockHeader& header);

// Chain, epoch, height, validator set and certificate of the header. Errors: wrong_chain,
// bad_proof.
Result<void> verify_header(const BlockHeader& header, const Certificate& certificate,
                           const TrustAnchor& anchor);

// What the proof says, below its header, which is not verified. Error bad_proof.
Result<void> verify_content(const Proof& proof);

// All of it. Errors: wrong_chain, bad_proof.
Result<void> verify_proof(const Proof& proof, const TrustAnchor& anchor);

}  // namespace generion
