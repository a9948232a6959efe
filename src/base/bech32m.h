// Bech32m (BIP 350): bytes as text that notices typing errors and fits a QR code's alphanumeric
// mode.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"

namespace generion {

// prefix || "1" || bytes in groups of five bits || checksum, lower case. The prefix is 1 to 83
// lower-case printable ASCII characters; the text may be longer than BIP 350's 90 characters, up to
// limits::kBech32mBytesMax bytes.
std::string to_bech32m(std::string_view prefix, ByteView bytes);

// The bytes of a text with this prefix. All lower or all upper case. Error bad_address; its message
// says what is wrong: the length, the prefix, a character with its position (from 1), the checksum
// or mixed case.
Result<Bytes> from_bech32m(std::string_view prefix, std::string_view text);

}  // namespace generion
