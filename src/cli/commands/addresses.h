// Addresses and keys that a person types.
#pragma once

#include <string>
#include <string_view>

#include "cli/context.h"
#include "types/ids.h"

namespace generion::cli {

// The key directory's selected key. Errors: file_missing, and those of Context::chain.
Result<client::UserKey> own_key(Context& context);

// The address that was given, or, if it is empty, one's own. Error bad_address.
Result<Address> address_or_own(Context& context, std::string_view given);

// A public key as 64 hexadecimal digits or as an address. `name` says in messages which. Error
// bad_key.
Result<PublicKey> parse_public_key(std::string_view name, std::string_view text);

}  // namespace generion::cli
