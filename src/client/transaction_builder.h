// Builds transactions: operations with their attachments, a random nonce, a time limit, a
// signature.
//
//   TransactionBuilder builder(chain_id, key.public_key());
//   builder.verify_records({RecordId(7)});
//   auto unsigned_tx = builder.build(now, 600'000);
//   auto signed_tx = sign(*unsigned_tx, key);
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/error.h"
#include "crypto/capsule.h"
#include "types/capsule_meta.h"
#include "types/transaction.h"
#include "wire/unsigned_transaction.h"

namespace generion::client {

// The secret of a new capsule record and its lock. Encrypt the document with document_key, then
// give the capsule to create_capsule_record.
class NewCapsule {
 public:
  // A random key, locked to `reader`. Error bad_key if `reader` is no usable point.
  static Result<NewCapsule> lock_to(const ReaderKey& reader);

  const ReaderKey& reader_key() const { return reader_key_; }
  const Lock& lock() const { return lock_; }
  crypto::SecretBytes document_key() const;
  Bytes seal_meta(const CapsuleMeta& meta) const;

 private:
  NewCapsule(const ReaderKey& reader, const Lock& lock, crypto::CapsuleKey key)
      : reader_key_(reader), lock_(lock), key_(std::move(key)) {}

  ReaderKey reader_key_;
  Lock lock_;
  crypto::CapsuleKey key_;
};

// What both kinds of record have.
struct RecordFields {
  Address owner;
  std::string type;  // document class from the chain's list; empty = not told
  std::optional<RecordId> replaces;
  bool deidentified = false;
};

// What opens a record's document for another reader: its capsule's key, locked to him with the
// proof, or opaque data encrypted for him.
using Handover = std::variant<Relocking, Bytes>;

struct RecordDelivery {
  RecordId record;
  Handover access;
};

using wire::UnsignedTransaction;

class TransactionBuilder {
 public:
  TransactionBuilder(const Hash& chain_id, const Address& sender);

  void set_user_pub_key(const ReaderKey& key);
  void admit_users(std::vector<Address> users);
  // meta.document goes into the record as its document address.
  void create_capsule_record(const RecordFields& fields, const NewCapsule& capsule,
                             const CapsuleMeta& meta);
  // Error bad_argument if data_encr is empty or starts with 0x01, the mark of a capsule.
  Result<void> create_opaque_record(const RecordFields& fields, const ReaderKey& data_pub_key,
                                    Bytes data_encr, std::optional<Hash> document);
  void verify_records(std::vector<RecordId> records);
  void delete_record(RecordId record);
  // Errors: those of create_opaque_record.
  Result<void> share_record(RecordId record, const Address& grantee, const ReaderKey& data_pub_key,
                            Handover access, std::optional<TimeMs> expires_at);
  // `price` in the smallest unit. Error bad_argument if `text` is empty; no text is nullopt.
  Result<void> create_order(std::vector<RecordId> records, std::uint64_t price,
                            std::optional<Bytes> text);
  // One delivery for each of the order's records, in its order. Errors: those of
  // create_opaque_record; then nothing is added.
  Result<void> deliver_order(OrderId order, const ReaderKey& buyer_key,
                             std::vector<RecordDelivery> deliveries);
  // Any operation that refers to no attachment; with one, build() refuses.
  void add(Operation operation);

  std::size_t operation_count() const { return operations_.size(); }
  // Size of the body and of all attachments so far, for staying within a chain's limits.
  std::size_t body_bytes() const { return body_bytes_; }
  std::size_t attachment_bytes() const { return attachment_bytes_; }

  // A fresh nonce; valid_until = now + valid_for_ms. Errors: bad_argument (no operation), and what
  // check_transaction would refuse: too_large, too_many.
  Result<UnsignedTransaction> build(TimeMs now, std::uint64_t valid_for_ms) const;

 private:
  AttachmentRef attach(Bytes attachment);
  std::variant<Relocking, AttachmentRef> attach(Handover access);

  Hash chain_id_;
  Address sender_;
  std::vector<Operation> operations_;
  std::vector<Bytes> attachments_;
  std::size_t body_bytes_ = 0;
  std::size_t attachment_bytes_ = 0;
};

// Errors: bad_key if `key` is not the sender's, and the errors of check_transaction.
Result<SignedTransaction> sign(UnsignedTransaction transaction, const crypto::SigningKey& key);

// The id under which a transaction is known. Errors: those of decode_body.
Result<TxId> id_of(const SignedTransaction& transaction);

// This machine's clock.
TimeMs now();

}  // namespace generion::client
