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
#include <vector>

#include "base/error.h"
#include "types/ids.h"
#include "types/operations.h"

namespace generion {

inline constexpr ByteView kTransactionTag = "generion/tx/1";

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
