// Transactions as strangers send them: the envelope, then the body and its attachments.
#include "fuzz.h"
#include "types/transaction.h"
#include "wire/transaction.h"

namespace {

using namespace generion;

void check_body(ByteView bytes) {
  const auto body = decode_body(bytes);
  // What is hashed is what was received: only the one encoding of a body is accepted.
  if (body) FUZZ_CHECK(encode_body(*body) == bytes);
}

void check_envelope(ByteView bytes) {
  const auto envelope = wire::decode_transaction(bytes);
  if (!envelope) return;
  const auto again = wire::decode_transaction(wire::encode_transaction(*envelope));
  FUZZ_CHECK(again.has_value() && *again == *envelope);

  const auto strict = check_transaction(*envelope, Attachments::required);
  const auto erasable = check_transaction(*envelope, Attachments::may_be_erased);
  if (strict) {
    FUZZ_CHECK(erasable.has_value());
    FUZZ_CHECK(strict->hash == transaction_hash(envelope->body));
    FUZZ_CHECK(attachment_refs(strict->body).size() == envelope->attachments.size());
    // The result is not of interest; that it has one for any key and signature is.
    static_cast<void>(verify_transaction(*strict));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const generion::ByteView input = generion::fuzz::as_view(data, size);
  check_body(input);
  check_envelope(input);
  return 0;
}
