// Addresses as people see them: Bech32m (BIP 350) with prefix "gen", so a typing error is noticed.
#pragma once

#include <string>

#include "base/error.h"
#include "types/ids.h"

namespace generion {

// "gen1..."; 62 characters.
std::string address_text(const Address& address);

// Error bad_address: says what is wrong (prefix, length, character, checksum, mixed case).
Result<Address> parse_address(std::string_view text);

}  // namespace generion
