// The canonical bytes of a transaction's body; proto/generion/v1/transaction.proto is the schema.
#include "base/limits.h"
#include "types/canonical.h"
#include "types/transaction.h"

namespace generion {

Bytes encode_body(const TransactionBody& body) {
  CanonicalWriter out;
  out.fixed(1, body.chain_id)
      .fixed(2, body.sender)
      .fixed(3, body.nonce)
      .uint(4, body.valid_until.value());
  for (const Operation& operation : body.operations) {
    out.element(5, encode_operation(operation));
  }
  return out.take();
}

Result<TransactionBody> decode_body(ByteView bytes) {
  CanonicalReader in(bytes, "transaction");
  TransactionBody body;
  body.chain_id = in.fixed<Hash>(1, "chain_id");
  body.sender = in.fixed<Address>(2, "sender");
  body.nonce = in.fixed<Nonce>(3, "nonce");
  body.valid_until = TimeMs(in.uint(4, "valid_until_ms"));
  const auto operations = in.elements(5, "operation", limits::kOperationsMax);
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  if (body.valid_until.value() > limits::kTimeMsMax) {
    return fail(Code::malformed, "transaction: valid_until_ms is beyond any calendar");
  }
  if (operations.empty()) {
    return fail(Code::bad_argument, "transaction: has no operation; it takes at least one");
  }
  for (const ByteView element : operations) {
    auto operation = decode_operation(element);
    if (!operation) return fail(operation.error());
    body.operations.push_back(std::move(*operation));
  }
  // The reader already refuses every other spelling; encoding again proves it.
  if (encode_body(body) != bytes) {
    return fail(Code::not_canonical, "transaction: the body is not in canonical shape");
  }
  return body;
}

}  // namespace generion
