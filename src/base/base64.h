// Base64 of RFC 4648 section 4, with padding: how JSON carries byte strings.
#pragma once

#include <optional>
#include <string>

#include "base/bytes.h"

namespace generion {

std::string to_base64(ByteView bytes);

// Strict: padding required, no white space, unused bits zero. nullopt otherwise.
std::optional<Bytes> from_base64(std::string_view text);

}  // namespace generion
