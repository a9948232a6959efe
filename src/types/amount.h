// Amounts as people write them. Everywhere else an amount is a whole number of the smallest unit.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace generion {

inline constexpr std::uint64_t kToken = 100'000'000;  // smallest units
inline constexpr std::size_t kTokenDecimals = 8;

// In tokens, without needless zeros: "1", "0.5", "0.00000001".
std::string token_text(std::uint64_t amount);

// The amount of "1", "0.5" or ".5" tokens. Error bad_argument: no such number, more than eight
// digits after the point, or more than 2^64 - 1 smallest units.
Result<std::uint64_t> parse_tokens(std::string_view text);

}  // namespace generion
