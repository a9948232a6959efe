#include "client/transaction_builder.h"

#include <fmt/core.h>

#include <chrono>

#include "base/limits.h"
#include "crypto/secret.h"
#include "types/address.h"
#include "wire/capsule_meta.h"

namespace generion::client {
namespace {

Result<void> check_opaque(ByteView data_encr) {
  if (data_encr.empty()) {
    return fail(Code::bad_argument, "data_encr is empty; opaque data has at least one byte");
  }
  if (crypto::is_capsule(data_encr)) {
    return fail(Code::bad_capsule,
                "data_encr starts with byte 01, which marks a capsule; opaque data starts with any "
                "other byte");
  }
  return {};
}

Result<void> check_handover(const Handover& access) {
  const Bytes* data_encr = std::get_if<Bytes>(&access);
  return data_encr == nullptr ? Result<void>() : check_opaque(*data_encr);
}

}  // namespace

Result<NewCapsule> NewCapsule::lock_to(const ReaderKey& reader) {
  auto key = crypto::CapsuleKey::generate();
  const auto lock = crypto::lock_capsule(key, reader);
  if (!lock) return fail(lock.error());
  return NewCapsule(reader, *lock, std::move(key));
}

crypto::SecretBytes NewCapsule::document_key() const {
  return key_.document_key();
}

Bytes NewCapsule::seal_meta(const CapsuleMeta& meta) const {
  return crypto::seal_meta(key_.meta_key(), wire::encode_capsule_meta(meta));
}

TransactionBuilder::TransactionBuilder(const Hash& chain_id, const Address& sender)
    : chain_id_(chain_id), sender_(sender) {
  body_bytes_ = encode_body({chain_id, sender, Nonce(), TimeMs(limits::kTimeMsMax), {}}).size();
}

void TransactionBuilder::add(Operation operation) {
  static const std::size_t kEmpty = encode_body({}).size();
  body_bytes_ += encode_body({{}, {}, {}, {}, {operation}}).size() - kEmpty;
  operations_.push_back(std::move(operation));
}

void TransactionBuilder::set_user_pub_key(const ReaderKey& key) {
  add(SetUserPubKey{key});
}

void TransactionBuilder::admit_users(std::vector<Address> users) {
  add(AdmitUser{std::move(users)});
}

AttachmentRef TransactionBuilder::attach(Bytes attachment) {
  const AttachmentRef ref{crypto::blake2b256({attachment}), attachment.size()};
  attachment_bytes_ += attachment.size();
  attachments_.push_back(std::move(attachment));
  return ref;
}

std::variant<Relocking, AttachmentRef> TransactionBuilder::attach(Handover access) {
  if (const auto* relocking = std::get_if<Relocking>(&access)) return *relocking;
  return attach(std::get<Bytes>(std::move(access)));
}

void TransactionBuilder::create_capsule_record(const RecordFields& fields,
                                               const NewCapsule& capsule, const CapsuleMeta& meta) {
  CreateRecord operation;
  operation.usr_adr = fields.owner;
  operation.data_pub_key = capsule.reader_key();
  operation.lock = capsule.lock();
  operation.document = meta.document;
  operation.type = fields.type;
  operation.replaces = fields.replaces;
  operation.deidentified = fields.deidentified;
  operation.data = attach(capsule.seal_meta(meta));
  add(std::move(operation));
}

Result<void> TransactionBuilder::create_opaque_record(const RecordFields& fields,
                                                      const ReaderKey& data_pub_key,
                                                      Bytes data_encr,
                                                      std::optional<Hash> document) {
  if (auto ok = check_opaque(data_encr); !ok) return ok;
  CreateRecord operation;
  operation.usr_adr = fields.owner;
  operation.data_pub_key = data_pub_key;
  operation.document = document;
  operation.type = fields.type;
  operation.replaces = fields.replaces;
  operation.deidentified = fields.deidentified;
  operation.data = attach(std::move(data_encr));
  add(std::move(operation));
  return {};
}

void TransactionBuilder::verify_records(std::vector<RecordId> records) {
  add(VerifyRecord{std::move(records)});
}

void TransactionBuilder::delete_record(RecordId record) {
  add(DeleteRecord{record});
}

Result<void> TransactionBuilder::share_record(RecordId record, const Address& grantee,
                                              const ReaderKey& data_pub_key, Handover access,
                                              std::optional<TimeMs> expires_at) {
  if (auto ok = check_handover(access); !ok) return ok;
  add(ShareRecord{record, grantee, data_pub_key, attach(std::move(access)), expires_at});
  return {};
}

Result<void> TransactionBuilder::create_order(std::vector<RecordId> records, std::uint64_t price,
                                              std::optional<Bytes> text) {
  if (text && text->empty()) {
    return fail(Code::bad_argument, "text is empty; an order without text leaves it out");
  }
  CreateOrder operation{std::move(records), price, std::nullopt};
  if (text) operation.text = attach(std::move(*text));
  add(std::move(operation));
  return {};
}

Result<void> TransactionBuilder::deliver_order(OrderId order, const ReaderKey& buyer_key,
                                               std::vector<RecordDelivery> deliveries) {
  for (const RecordDelivery& delivery : deliveries) {
    if (auto ok = check_handover(delivery.access); !ok) return ok;
  }
  DeliverOrder operation{order, buyer_key, {}};
  for (RecordDelivery& delivery : deliveries) {
    operation.deliveries.push_back({delivery.record, attach(std::move(delivery.access))});
  }
  add(std::move(operation));
  return {};
}

Result<UnsignedTransaction> TransactionBuilder::build(TimeMs now,
                                                      std::uint64_t valid_for_ms) const {
  if (operations_.empty()) {
    return fail(Code::bad_argument, "the transaction has no operation; it needs at least one");
  }
  const TransactionBody body{chain_id_, sender_, crypto::random_fixed<Nonce>(),
                             now.plus(valid_for_ms), operations_};
  UnsignedTransaction out{encode_body(body), attachments_};
  auto checked = check_transaction({out.body, {}, out.attachments}, Attachments::required);
  if (!checked) return fail(checked.error());
  return out;
}

Result<SignedTransaction> sign(UnsignedTransaction transaction, const crypto::SigningKey& key) {
  auto checked = check_transaction(
      {std::move(transaction.body), {}, std::move(transaction.attachments)}, Attachments::required);
  if (!checked) return fail(checked.error());
  if (checked->body.sender != key.public_key()) {
    return fail(Code::bad_key,
                fmt::format("the transaction is to be signed by {}, this key is {}",
                            address_text(checked->body.sender), address_text(key.public_key())));
  }
  SignedTransaction out = std::move(checked->envelope);
  out.signature = key.sign(kTransactionTag, out.body);
  return out;
}

Result<TxId> id_of(const SignedTransaction& transaction) {
  const auto body = decode_body(transaction.body);
  if (!body) return fail(body.error());
  return transaction_id(body->valid_until, transaction_hash(transaction.body));
}

TimeMs now() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return TimeMs(static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(since).count()));
}

}  // namespace generion::client
