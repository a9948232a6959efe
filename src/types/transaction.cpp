#include "types/transaction.h"

#include <fmt/core.h>

#include "base/assert.h"
#include "base/byte_io.h"
#include "base/limits.h"

namespace generion {
namespace {

constexpr char kCapsuleByte = 0x01;

const CreateRecord* as_create_record(const Operation& operation) {
  return std::get_if<CreateRecord>(&operation);
}

Result<void> check_attachment(const AttachmentRef& ref, const std::optional<Lock>& lock,
                              const Bytes& bytes, std::size_t number) {
  if (bytes.size() != ref.length) {
    return fail(Code::bad_attachment, fmt::format("attachment {} has {} bytes, the body says {}",
                                                  number, bytes.size(), ref.length));
  }
  if (crypto::blake2b256({bytes}) != ref.hash) {
    return fail(Code::bad_attachment,
                fmt::format("attachment {} does not have the hash that the body gives", number));
  }
  if (!lock && bytes.front() == kCapsuleByte) {
    return fail(Code::bad_capsule,
                fmt::format("attachment {}: opaque data_encr must not start with byte 01, which "
                            "marks a capsule; give the capsule's lock in the body",
                            number));
  }
  return {};
}

Result<void> check_attachments(const TransactionBody& body, const std::vector<Bytes>& attachments,
                               Attachments rule) {
  std::size_t number = 0;
  for (const Operation& operation : body.operations) {
    const CreateRecord* create = as_create_record(operation);
    if (create == nullptr) continue;
    if (number == attachments.size()) {
      return fail(Code::bad_attachment,
                  fmt::format("the operations refer to more attachments than the {} that came",
                              attachments.size()));
    }
    const Bytes& bytes = attachments[number];
    const bool erased = bytes.empty() && rule == Attachments::may_be_erased;
    if (!erased) {
      if (auto ok = check_attachment(create->data, create->lock, bytes, number); !ok) return ok;
    }
    ++number;
  }
  if (number != attachments.size()) {
    return fail(Code::bad_attachment, fmt::format("{} attachments came, the operations refer to {}",
                                                  attachments.size(), number));
  }
  return {};
}

Result<void> check_sizes(const SignedTransaction& envelope) {
  if (envelope.body.size() > limits::kBodyBytesMax) {
    return fail(Code::too_large, fmt::format("the body has {} bytes; at most {} are taken",
                                             envelope.body.size(), limits::kBodyBytesMax));
  }
  std::size_t total = 0;
  for (const Bytes& attachment : envelope.attachments) total += attachment.size();
  if (total > limits::kAttachmentBytesMax) {
    return fail(Code::too_large,
                fmt::format("the attachments have {} bytes together; at most {} are taken", total,
                            limits::kAttachmentBytesMax));
  }
  return {};
}

}  // namespace

std::string_view operation_name(const Operation& operation) {
  struct Name {
    std::string_view operator()(const SetUserPubKey&) const { return "setUserPubKey"; }
    std::string_view operator()(const AdmitUser&) const { return "admitUser"; }
    std::string_view operator()(const CreateRecord&) const { return "createRecord"; }
    std::string_view operator()(const VerifyRecord&) const { return "verifyRecord"; }
    std::string_view operator()(const DeleteRecord&) const { return "deleteRecord"; }
  };
  return std::visit(Name{}, operation);
}

Hash transaction_hash(ByteView body) {
  return crypto::blake2b256({kTransactionTag, body});
}

TxId transaction_id(TimeMs valid_until, const Hash& tx_hash) {
  ByteWriter out;
  out.u48(valid_until.value()).raw(tx_hash.view().substr(0, 26));
  return *TxId::from(out.bytes());
}

std::vector<AttachmentRef> attachment_refs(const TransactionBody& body) {
  std::vector<AttachmentRef> refs;
  for (const Operation& operation : body.operations) {
    if (const CreateRecord* create = as_create_record(operation)) refs.push_back(create->data);
  }
  return refs;
}

Result<Transaction> check_transaction(SignedTransaction envelope, Attachments attachments) {
  if (auto ok = check_sizes(envelope); !ok) return fail(ok.error());
  auto body = decode_body(envelope.body);
  if (!body) return fail(body.error());
  if (auto ok = check_attachments(*body, envelope.attachments, attachments); !ok) {
    return fail(ok.error());
  }
  Transaction out;
  out.hash = transaction_hash(envelope.body);
  out.id = transaction_id(body->valid_until, out.hash);
  out.envelope = std::move(envelope);
  out.body = std::move(*body);
  return out;
}

bool verify_transaction(const Transaction& transaction) {
  return crypto::verify_signature(transaction.body.sender, kTransactionTag,
                                  transaction.envelope.body, transaction.envelope.signature);
}

SignedTransaction sign_transaction(const TransactionBody& body, std::vector<Bytes> attachments,
                                   const crypto::SigningKey& key) {
  GENERION_ASSERT(key.public_key() == body.sender);
  SignedTransaction out;
  out.body = encode_body(body);
  out.signature = key.sign(kTransactionTag, out.body);
  out.attachments = std::move(attachments);
  return out;
}

}  // namespace generion
