// Hexadecimal text, lower case when written, either case when read.
#pragma once

#include <optional>
#include <string>

#include "base/bytes.h"

namespace generion {

std::string to_hex(ByteView bytes);

template <std::size_t N, class Tag>
std::string to_hex(const FixedBytes<N, Tag>& value) {
  return to_hex(value.view());
}

// nullopt for an odd length or a character that is no hexadecimal digit.
std::optional<Bytes> from_hex(std::string_view text);

}  // namespace generion
