// What a transaction can do: one structure for each operation, by the names and with the arguments
// of docs/protocol/transactions.md. Who may do what, and why it can be refused, is in
// docs/protocol/state.md.
//
// Amounts are in the smallest unit: one token is 10^8.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "types/evidence.h"
#include "types/governance.h"
#include "types/ids.h"

namespace generion {

// What a body says about bytes that travel beside it and can be erased later.
struct AttachmentRef {
  Hash hash;  // BLAKE2b-256 of the attachment
  std::uint64_t length = 0;
  friend bool operator==(const AttachmentRef&, const AttachmentRef&) = default;
};

// A capsule's key, moved to another reader: what the record holds, the new lock, and the proof that
// both hold the same key (crypto/relock.h). The record's part is repeated here so that the proof
// can be checked without state; execution only compares it with the record.
struct Relocking {
  ReaderKey from_key;
  Lock from_lock;
  Lock lock;
  RelockProof proof;
  friend bool operator==(const Relocking&, const Relocking&) = default;
};

// --- users ---

struct SetUserPubKey {
  ReaderKey pub_key;
  friend bool operator==(const SetUserPubKey&, const SetUserPubKey&) = default;
};

struct AdmitUser {
  std::vector<Address> usr_adr;  // at least one, no duplicates
  friend bool operator==(const AdmitUser&, const AdmitUser&) = default;
};

struct SetRecoveryKey {
  PublicKey key;
  std::uint64_t delay_ms = 0;  // at least limits::kRecoveryDelayMsMin
  friend bool operator==(const SetRecoveryKey&, const SetRecoveryKey&) = default;
};

// By the user himself, at once; by his recovery key, after its delay.
struct MoveUser {
  Address usr_adr;  // who moves
  Address new_key;
  Signature new_key_signature;  // by new_key over move_message: nobody moves to a key he hasn't got
  friend bool operator==(const MoveUser&, const MoveUser&) = default;
};

struct CancelMove {
  friend bool operator==(const CancelMove&, const CancelMove&) = default;
};

struct Transfer {
  Address to;
  std::uint64_t amount = 0;  // > 0
  friend bool operator==(const Transfer&, const Transfer&) = default;
};

// --- records ---

// A capsule record has a lock, and its attachment is the sealed meta; an opaque one has no lock,
// and its attachment is the whole of data_encr, whose first byte is not 0x01.
struct CreateRecord {
  Address usr_adr;         // the owner to be
  ReaderKey data_pub_key;  // whose private part opens it
  std::optional<Lock> lock;
  AttachmentRef data;
  std::optional<Hash> document;      // address of the ciphertext at the data source
  std::string type;                  // document class from the parameters' list; empty = not told
  std::optional<RecordId> replaces;  // an earlier record of the same owner
  bool deidentified = false;
  friend bool operator==(const CreateRecord&, const CreateRecord&) = default;
};

struct VerifyRecord {
  std::vector<RecordId> record_id;  // at least one, no duplicates
  friend bool operator==(const VerifyRecord&, const VerifyRecord&) = default;
};

struct DeleteRecord {
  RecordId record_id;
  friend bool operator==(const DeleteRecord&, const DeleteRecord&) = default;
};

struct RecordRelocking {
  RecordId record_id;
  Relocking relocking;
  friend bool operator==(const RecordRelocking&, const RecordRelocking&) = default;
};

// Capsules only; pub_key is the owner's reader key as set.
struct RelockRecord {
  ReaderKey pub_key;
  std::vector<RecordRelocking> records;  // at least one, no record twice
  friend bool operator==(const RelockRecord&, const RelockRecord&) = default;
};

// --- shares ---

// A capsule is relocked, opaque data comes encrypted anew as an attachment: one of the two.
struct ShareRecord {
  RecordId record_id;
  Address grantee;
  ReaderKey data_pub_key;  // the grantee's: what the lock or the data is for
  std::variant<Relocking, AttachmentRef> access;
  std::optional<TimeMs> expires_at;
  friend bool operator==(const ShareRecord&, const ShareRecord&) = default;
};

struct RevokeShare {
  ShareId share_id;
  friend bool operator==(const RevokeShare&, const RevokeShare&) = default;
};

// --- the market ---

struct CreateOrder {
  std::vector<RecordId> record_id_list;  // 1 to limits::kRecordsPerOrderMax, no duplicates
  std::uint64_t price = 0;               // > 0
  std::optional<AttachmentRef> text;     // UTF-8
  friend bool operator==(const CreateOrder&, const CreateOrder&) = default;
};

struct DeleteOrder {
  OrderId order_id;
  friend bool operator==(const DeleteOrder&, const DeleteOrder&) = default;
};

struct PurchaseData {
  OrderId order_id;
  ReaderKey pub_key;         // the buyer's: what the deliveries will be for
  std::uint64_t amount = 0;  // at least the price; exactly the price is held
  friend bool operator==(const PurchaseData&, const PurchaseData&) = default;
};

struct Delivery {
  RecordId record_id;
  std::variant<Relocking, AttachmentRef> access;
  friend bool operator==(const Delivery&, const Delivery&) = default;
};

struct DeliverOrder {
  OrderId order_id;
  ReaderKey pub_key;                 // the buyer's, as in the order
  std::vector<Delivery> deliveries;  // one for each of the order's records, in its order
  friend bool operator==(const DeliverOrder&, const DeliverOrder&) = default;
};

// --- governance, and what institutions do for the chain ---

struct Propose {
  GovernanceAction action;
  friend bool operator==(const Propose&, const Propose&) = default;
};

struct Vote {
  ProposalId proposal_id;
  bool yes = false;
  friend bool operator==(const Vote&, const Vote&) = default;
};

struct SuspendInstitution {
  Address address;
  friend bool operator==(const SuspendInstitution&, const SuspendInstitution&) = default;
};

struct AnchorLog {
  Hash root;
  std::uint64_t count = 0;  // entries under it, > 0
  friend bool operator==(const AnchorLog&, const AnchorLog&) = default;
};

// --- epochs; signed by the key of a validator's node, or by its governance key ---

struct EndEpoch {
  friend bool operator==(const EndEpoch&, const EndEpoch&) = default;
};

// By the key that the proposal adds: its node has executed the last block of the epoch before.
struct ReportReady {
  ProposalId proposal_id;
  Height height;  // of that block
  Hash block_hash;
  friend bool operator==(const ReportReady&, const ReportReady&) = default;
};

struct ReportEvidence {
  Evidence evidence;
  friend bool operator==(const ReportEvidence&, const ReportEvidence&) = default;
};

using Operation =
    std::variant<SetUserPubKey, AdmitUser, CreateRecord, VerifyRecord, DeleteRecord, RelockRecord,
                 ShareRecord, RevokeShare, CreateOrder, DeleteOrder, PurchaseData, DeliverOrder,
                 Transfer, SetRecoveryKey, MoveUser, CancelMove, Propose, Vote, SuspendInstitution,
                 AnchorLog, EndEpoch, ReportReady, ReportEvidence>;

// The operation's name in RPC, CLI and docs, such as "createRecord".
std::string_view operation_name(const Operation& operation);

// What moveUser's new key signs, after kMoveTag: chain id, the user's address before, the new key.
inline constexpr ByteView kMoveTag = "generion/move/1";
Bytes move_message(const Hash& chain, const Address& user, const Address& new_key);

// Inside an Operation message: its field number and canonical bytes. For encode_body and tests.
Bytes encode_operation(const Operation& operation);
// Errors as decode_body.
Result<Operation> decode_operation(ByteView bytes);

// The attachments that an operation refers to, in order, and whether each is opaque data_encr.
struct AttachmentUse {
  enum class Kind : std::uint8_t { sealed_meta, opaque_data, text };
  AttachmentRef ref;
  Kind kind = Kind::sealed_meta;
};
std::vector<AttachmentUse> attachment_uses(const Operation& operation);

}  // namespace generion
