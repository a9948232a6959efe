// A transaction: what a user signs. docs/protocol/transactions.md describes the bytes.
//
// A body is Protocol Buffers in canonical shape (proto/generion/v1/transaction.proto): fields
// ascending, minimal varints, no default values, no unknown fields, nothing after the end. The
// bytes as received are hashed and signed; decode_body accepts them only if encoding again gives
// the same bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/error.h"
#include "types/ids.h"

namespace generion {

inline constexpr ByteView kTransactionTag = "generion/tx/1";

// What a body says about bytes that travel beside it and can be erased later.
struct AttachmentRef {
  Hash hash;  // BLAKE2b-256 of the attachment
  std::uint64_t length = 0;
  friend bool operator==(const AttachmentRef&, const AttachmentRef&) = default;
};

struct SetUserPubKey {
  ReaderKey pub_key;
  friend bool operator==(const SetUserPubKey&, const SetUserPubKey&) = default;
};

struct AdmitUser {
  std::vector<Address> usr_adr;  // at least one, no duplicates
  friend bool operator==(const AdmitUser&, const AdmitUser&) = default;
};

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

using Operation = std::variant<SetUserPubKey, AdmitUser, CreateRecord, VerifyRecord, DeleteRecord>;

// The operation's name in RPC, CLI and docs, such as "createRecord".
std::string_view operation_name(const Operation& operation);

struct TransactionBody {
  Hash chain_id;
  Address sender;
  Nonce nonce;
  TimeMs valid_until;
  std::vector<Operation> operations;
  friend bool operator==(const TransactionBody&, const TransactionBody&) = default;
};

// Canonical bytes.
Bytes encode_body(const TransactionBody& body);

// Errors: malformed, not_canonical, unknown_operation, too_large, too_many, bad_argument; the
// message names the field.
Result<TransactionBody> decode_body(ByteView bytes);

// What travels: the signed bytes, the signature, and the attachments in the order in which the
// operations refer to them.
struct SignedTransaction {
  Bytes body;
  Signature signature;
  std::vector<Bytes> attachments;
  friend bool operator==(const SignedTransaction&, const SignedTransaction&) = default;
};

Hash transaction_hash(ByteView body);
TxId transaction_id(TimeMs valid_until, const Hash& tx_hash);

// A transaction that is well-formed: its body decodes, sizes are within bounds, the attachments
// match their hashes. Nothing is said about signature, time or state. Immutable, shared between
// threads.
struct Transaction {
  SignedTransaction envelope;
  TransactionBody body;
  Hash hash;
  TxId id;
};

enum class Attachments { required, may_be_erased };

// Decodes the body and checks everything that needs neither a key, a clock, nor state: canonical
// shape, limits (base/limits.h), attachments' count, lengths and hashes, capsule or opaque by the
// first byte. With may_be_erased, an attachment may be empty although its length says otherwise.
Result<Transaction> check_transaction(SignedTransaction envelope, Attachments attachments);

// The attachments that the operations refer to, in order.
std::vector<AttachmentRef> attachment_refs(const TransactionBody& body);

// Whether the sender's signature covers the body. The costly check: about 60 microseconds.
bool verify_transaction(const Transaction& transaction);

// Signs `body` with `key`, which must be the sender's.
SignedTransaction sign_transaction(const TransactionBody& body, std::vector<Bytes> attachments,
                                   const crypto::SigningKey& key);

}  // namespace generion
