#include "wire/unsigned_transaction.h"

#include "base/limits.h"
#include "generion/v1/transaction.pb.h"
#include "wire/fields.h"

namespace generion::wire {

Bytes encode_unsigned(const UnsignedTransaction& transaction) {
  v1::SignedTransaction out;
  out.set_body(transaction.body);
  for (const Bytes& attachment : transaction.attachments) out.add_attachment(attachment);
  return out.SerializeAsString();
}

Result<UnsignedTransaction> decode_unsigned(ByteView bytes) {
  constexpr std::size_t kMax = 2 * (limits::kBodyBytesMax + limits::kAttachmentBytesMax);
  if (bytes.size() > kMax) {
    return fail(Code::too_large, fmt::format("the transaction has {} bytes; at most {} are taken",
                                             bytes.size(), kMax));
  }
  v1::SignedTransaction in;
  if (!in.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) || in.body().empty()) {
    return fail(Code::malformed, "these bytes are no unsigned transaction");
  }
  Fields fields("unsigned transaction");
  if (!in.signature().empty()) fields.fault("it is signed already: it can be sent as it is");
  fields.at_most("attachment", in.attachment_size(), limits::kOperationsMax);
  if (auto ok = fields.finish(); !ok) return fail(ok.error());
  UnsignedTransaction out;
  out.body = std::move(*in.mutable_body());
  for (Bytes& attachment : *in.mutable_attachment()) {
    out.attachments.push_back(std::move(attachment));
  }
  return out;
}

}  // namespace generion::wire
