// A frame between nodes, as a peer gives it.
#include "fuzz.h"
#include "wire/peer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace generion;
  const auto frame = wire::decode_frame(fuzz::as_view(data, size));
  if (!frame) return 0;
  const Bytes bytes =
      std::visit([](const auto& message) { return wire::encode_frame(message); }, *frame);
  const auto again = wire::decode_frame(bytes);
  FUZZ_CHECK(again.has_value() && *again == *frame);
  return 0;
}
