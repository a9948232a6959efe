// Consensus messages, certificates, batches and block headers as a peer or a damaged file gives
// them.
#include "fuzz.h"
#include "types/block.h"
#include "wire/messages.h"

namespace {

using namespace generion;

void check_message(ByteView bytes) {
  const auto message = wire::decode_message(bytes);
  if (!message) return;
  const auto again = wire::decode_message(wire::encode_message(*message));
  FUZZ_CHECK(again.has_value() && *again == *message);
}

void check_parts(ByteView bytes) {
  if (const auto certificate = wire::decode_certificate(bytes)) {
    const auto again = wire::decode_certificate(wire::encode_certificate(*certificate));
    FUZZ_CHECK(again.has_value() && *again == *certificate);
  }
  if (const auto batch = wire::decode_batch(bytes)) {
    const auto again = wire::decode_batch(wire::encode_batch(*batch));
    FUZZ_CHECK(again.has_value() && *again == *batch);
  }
  // These two are hashed, so only one encoding of each is accepted.
  if (const auto header = decode_header(bytes)) FUZZ_CHECK(encode_header(*header) == bytes);
  if (const auto receipt = decode_receipt(bytes)) FUZZ_CHECK(encode_receipt(*receipt) == bytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const generion::ByteView input = generion::fuzz::as_view(data, size);
  check_message(input);
  check_parts(input);
  return 0;
}
