#include "types/address.h"

#include "base/bech32m.h"

namespace generion {

std::string address_text(const Address& address) {
  return to_bech32m(crypto::kAddressPrefix, address.view());
}

Result<Address> parse_address(std::string_view text) {
  auto bytes = from_bech32m(crypto::kAddressPrefix, text);
  if (!bytes) return fail(bytes.error());
  const auto address = Address::from(*bytes);
  if (!address) return fail(Code::bad_address, "an address holds 32 bytes: gen1 and 58 characters");
  return *address;
}

}  // namespace generion
