#include "types/transaction.h"

#include <fmt/core.h>

#include "base/assert.h"
#include "base/byte_io.h"
#include "base/limits.h"
#include "base/utf8.h"

namespace generion {
namespace {

constexpr char kCapsuleByte = 0x01;

// An erased attachment's bytes are not looked at.
Result<void> check_attachment(const AttachmentUse& use, const Bytes& bytes, std::size_t number) {
  if (bytes.size() != use.ref.length) {
    return fail(Code::bad_attachment, fmt::format("attachment {} has {} bytes, the body says {}",
                                                  number, bytes.size(), use.ref.length));
  }
  if (crypto::blake2b256({bytes}) != use.ref.hash) {
    return fail(Code::bad_attachment,
                fmt::format("attachment {} does not have the hash that the body gives", number));
  }
  if (use.kind == AttachmentUse::Kind::opaque_data && bytes.front() == kCapsuleByte) {
    return fail(Code::bad_capsule,
                fmt::format("attachment {}: opaque data_encr must not start with byte 01, which "
                            "marks a capsule; give the capsule's lock in the body",
                            number));
  }
  if (use.kind == AttachmentUse::Kind::text && !is_utf8(bytes)) {
    return fail(Code::bad_attachment,
                fmt::format("attachment {}: the order's text is not UTF-8", number));
  }
  return {};
}

Result<void> check_attachments(const TransactionBody& body, const std::vector<Bytes>& attachments,
                               Attachments rule) {
  std::size_t number = 0;
  for (const Operation& operation : body.operations) {
    for (const AttachmentUse& use : attachment_uses(operation)) {
      if (number == attachments.size()) {
        return fail(Code::bad_attachment,
                    fmt::format("the operations refer to more attachments than the {} that came",
                                attachments.size()));
      }
      const Bytes& bytes = attachments[number];
      const bool erased = bytes.empty() && rule == Attachments::may_be_erased;
      if (!erased) {
        if (auto ok = check_attachment(use, bytes, number); !ok) return ok;
      }
      ++number;
    }
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
    for (const AttachmentUse& use : attachment_uses(operation)) refs.push_back(use.ref);
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
