// Batches, block headers, receipts and certificates, with the bytes that are hashed and signed.
// docs/protocol/blocks.md describes them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "types/ids.h"

namespace generion {

// The members that agree in one epoch, ordered by key.
struct ValidatorSet {
  std::vector<PublicKey> keys;

  std::size_t size() const { return keys.size(); }
  // The member's place, or nullopt.
  std::optional<std::size_t> index_of(const PublicKey& key) const;
  friend bool operator==(const ValidatorSet&, const ValidatorSet&) = default;
};

Hash validator_set_hash(const ValidatorSet& set);

// f = floor((n-1)/3) and q = floor((n+f)/2)+1 of a set of n >= 1.
std::size_t faulty_max(std::size_t validators);
std::size_t quorum_size(std::size_t validators);

// What consensus orders: transaction ids with a time. Height = sequence number.
struct Batch {
  Epoch epoch;
  Height height;
  PublicKey proposer;  // all zero for the null batch
  TimeMs time;         // 0 for the null batch: its block's time is the parent's plus one
  std::vector<TxId> ids;
  friend bool operator==(const Batch&, const Batch&) = default;
};

// H("generion/batch/1", chain, epoch, height, proposer, time, ids).
Hash batch_digest(const Hash& chain, const Batch& batch);
Batch null_batch(Epoch epoch, Height height);

struct BlockHeader {
  Hash chain_id;
  Epoch epoch;
  Height height;
  Hash parent_hash;
  TimeMs time;
  Hash batch_digest;
  std::uint64_t tx_count = 0;  // executed or refused, without the skipped
  Hash tx_root;
  Hash receipt_root;
  Hash state_root;  // after this block
  std::uint64_t object_count = 0;
  Hash validator_set_hash;
  Hash next_validator_set_hash;
  friend bool operator==(const BlockHeader&, const BlockHeader&) = default;
};

Bytes encode_header(const BlockHeader& header);     // fixed layout, big-endian
Result<BlockHeader> decode_header(ByteView bytes);  // error malformed
Hash block_hash(const BlockHeader& header);         // BLAKE2b-256("generion/block/1" || header)

// How a transaction ended. In the block only if it was not skipped.
struct Receipt {
  Hash tx_hash;
  Code code = Code::ok;                // ok: every operation took effect; else none did
  std::uint64_t failed_operation = 0;  // index, if code is not ok
  std::vector<std::uint64_t> new_ids;  // of the objects made, in the order of the operations
  friend bool operator==(const Receipt&, const Receipt&) = default;
};

Bytes encode_receipt(const Receipt& receipt);  // canonical, a leaf of receipt_root
Result<Receipt> decode_receipt(ByteView bytes);

// What happens by itself when its time has come. Numbers are frozen: they stand in receipts and in
// the index of what is due.
enum class DueKind : std::uint8_t {
  order_deadline = 1,  // a purchased order was not delivered: refund
  retention_end = 2,   // a delivered order: its opaque data is erased
  share_expiry = 3,    // a share is closed
  record_shares = 4,   // a deleted record's shares are closed
  user_move = 5,       // a user moves to the new key
  proposal_lapse = 6,  // a proposal was not decided in time
  proposal_force = 7,  // a proposal that passed takes force
  suspension_end = 8,  // an institution's suspension is over
};
inline constexpr DueKind kDueKindLast = DueKind::suspension_end;

// "refundOrder", "endRetention", "expireShare", "closeShares", "moveUser", "lapseProposal",
// "enforceProposal", "endSuspension".
std::string_view due_name(DueKind kind);

// How something due ended. These stand before the transactions' receipts in receipt_root, and in no
// other tree.
struct SystemReceipt {
  DueKind kind = DueKind::order_deadline;
  std::uint64_t id = 0;  // of the order, share, record, user, proposal or institution
  Code code = Code::ok;  // why it could not take effect
  friend bool operator==(const SystemReceipt&, const SystemReceipt&) = default;
};

Bytes encode_system_receipt(const SystemReceipt& receipt);  // canonical
Result<SystemReceipt> decode_system_receipt(ByteView bytes);

// One validator's signature of a block hash.
struct Seal {
  Height height;
  Hash block_hash;
  PublicKey signer;
  Signature signature;
  friend bool operator==(const Seal&, const Seal&) = default;
};

inline constexpr ByteView kSealTag = "generion/seal/1";

// The bytes that a seal signs, after kSealTag: the block hash (which covers chain, epoch and
// height).
Bytes seal_message(const Hash& block_hash);
Seal make_seal(const BlockHeader& header, const crypto::SigningKey& key);

// q seals of distinct members: proves order, contents, outcome and state at once.
struct Certificate {
  Hash block_hash;
  struct Signer {
    PublicKey key;
    Signature signature;
    friend bool operator==(const Signer&, const Signer&) = default;
  };
  std::vector<Signer> signers;  // ordered by key
  friend bool operator==(const Certificate&, const Certificate&) = default;
};

// Error bad_proof: too few, doubled or foreign signers, or a signature that does not hold.
Result<void> verify_certificate(const Certificate& certificate, const BlockHeader& header,
                                const ValidatorSet& set);

}  // namespace generion
