// The file "<chain id>.keys" of a key store: one line "<index> <address> <reader key hex>" a key,
// in the order of the indices from 0 without a gap; exactly one line, the selected key's, starts
// with "*".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "client/key_store.h"

namespace generion::client {

std::string format_key_list(const std::vector<UserKey>& keys);

// Error malformed: names the line.
Result<std::vector<UserKey>> parse_key_list(std::string_view text);

// Whether there is such a key; it is the selected one then.
bool select_in(std::vector<UserKey>& keys, std::uint32_t index);

}  // namespace generion::client
