// Arguments of commands as values, with messages that say what was wrong.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "types/ids.h"

namespace generion::cli {

// 64 hex digits. Error usage.
Result<TxId> parse_tx_id(std::string_view text);

// A time to come: "30d", "12h" or "45m" from now, or "2027-01-31" or "2027-01-31 18:00:00" in UTC.
// Error usage.
Result<TimeMs> parse_time_to_come(std::string_view text, TimeMs now);

// "30d", "36h" or "45m" in milliseconds. Error usage.
Result<std::uint64_t> parse_duration_ms(std::string_view text);

// The same for people, exactly: "30d", "36h", "90s", "250ms".
std::string duration_text(std::uint64_t ms);

// An amount in tokens, as the option `name` has it. Error usage.
Result<std::uint64_t> parse_token_option(std::string_view name, std::string_view text);

// "1970-01-01 00:00:00" in UTC.
std::string time_text(TimeMs time);

// "12.3 MB"; decimal units, one digit after the point.
std::string bytes_text(std::uint64_t bytes);

// A hash in groups of four digits, to be compared aloud.
std::string grouped_hex(std::string_view hex);

}  // namespace generion::cli
