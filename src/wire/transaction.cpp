#include "wire/transaction.h"

#include <fmt/core.h>

#include "base/limits.h"
#include "generion/v1/transaction.pb.h"

namespace generion::wire {
namespace {

// Tags, lengths and the signature around body and attachments.
constexpr std::size_t kEnvelopeOverheadMax = 8 * 1024;

}  // namespace

Bytes encode_transaction(const SignedTransaction& transaction) {
  v1::SignedTransaction out;
  out.set_body(transaction.body);
  out.set_signature(transaction.signature.view().data(), Signature::kSize);
  for (const Bytes& attachment : transaction.attachments) out.add_attachment(attachment);
  return out.SerializeAsString();
}

Result<SignedTransaction> decode_transaction(ByteView bytes) {
  constexpr std::size_t kMax =
      limits::kBodyBytesMax + limits::kAttachmentBytesMax + kEnvelopeOverheadMax;
  if (bytes.size() > kMax) {
    return fail(Code::too_large, fmt::format("the transaction has {} bytes; at most {} are taken",
                                             bytes.size(), kMax));
  }
  v1::SignedTransaction in;
  if (!in.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return fail(Code::malformed,
                "the transaction is damaged or truncated: it does not decode as "
                "generion.v1.SignedTransaction");
  }
  if (in.body().empty()) return fail(Code::malformed, "the transaction has no body");
  const auto signature = Signature::from(in.signature());
  if (!signature) {
    return fail(Code::malformed, fmt::format("the signature has {} bytes; it takes exactly {}",
                                             in.signature().size(), Signature::kSize));
  }
  if (static_cast<std::size_t>(in.attachment_size()) > limits::kOperationsMax) {
    return fail(Code::too_many, fmt::format("the transaction has {} attachments; at most {} are "
                                            "taken",
                                            in.attachment_size(), limits::kOperationsMax));
  }
  SignedTransaction out;
  out.body = std::move(*in.mutable_body());
  out.signature = *signature;
  out.attachments.reserve(static_cast<std::size_t>(in.attachment_size()));
  for (Bytes& attachment : *in.mutable_attachment())
    out.attachments.push_back(std::move(attachment));
  return out;
}

}  // namespace generion::wire
