#include "cli/commands/addresses.h"

#include <fmt/format.h>

#include "base/hex.h"
#include "types/address.h"

namespace generion::cli {

Result<client::UserKey> own_key(Context& context) {
  const auto chain = context.chain();
  if (!chain) return fail(chain.error());
  const auto store = context.key_store();
  if (!store) return fail(store.error());
  return store->current(*chain);
}

Result<Address> address_or_own(Context& context, std::string_view given) {
  if (!given.empty()) return parse_address(given);
  const auto own = own_key(context);
  if (!own) return fail(own.error());
  return own->address;
}

Result<PublicKey> parse_public_key(std::string_view name, std::string_view text) {
  if (const auto address = parse_address(text)) return *address;
  const auto bytes = from_hex(text);
  const auto key = bytes ? PublicKey::from(*bytes) : std::nullopt;
  if (key) return *key;
  return fail(Code::bad_key,
              fmt::format("{} is \"{}\"; a public key has {} hexadecimal digits, or is written as "
                          "an address (gen1...)",
                          name, text, PublicKey::kSize * 2));
}

}  // namespace generion::cli
