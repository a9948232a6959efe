// Genesis files: JSON that an operator or a peer hands over.
#include "fuzz.h"
#include "types/address.h"
#include "types/genesis.h"

namespace {

using namespace generion;

void check_genesis(ByteView text) {
  const auto genesis = parse_genesis(text);
  if (!genesis) return;
  const auto again = parse_genesis(genesis_json(*genesis));
  FUZZ_CHECK(again.has_value() && *again == *genesis);
  FUZZ_CHECK(chain_id(*again) == chain_id(*genesis));
}

void check_address(ByteView text) {
  const auto address = parse_address(text);
  if (!address) return;
  const auto again = parse_address(address_text(*address));
  FUZZ_CHECK(again.has_value() && *again == *address);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const generion::ByteView input = generion::fuzz::as_view(data, size);
  check_genesis(input);
  check_address(input);
  return 0;
}
