// Finds values in a JSON text without building a tree: where each begins and ends. Boost.JSON says
// nothing about positions, and a document's exact bytes are what gets encrypted and hashed.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace generion::client {

struct TextPosition {
  std::uint64_t line = 1;
  std::uint64_t column = 1;  // in bytes
};

TextPosition position_of(std::string_view text, std::size_t offset);

// The JSON values that follow one another in `text`, each on a line of its own; a single one is the
// usual case. Strict: RFC 8259 and UTF-8, at most limits::kFhirDepthMax deep. Error malformed:
// "<name>:<line>:<column>: <what is wrong>".
Result<std::vector<std::string_view>> split_json(std::string_view text, std::string_view name);

// The two below take values that split_json found to be valid.

// Calls `visit` for each member of an object in order, with the key unescaped and the value's exact
// bytes, until it returns false.
void for_each_member(
    std::string_view object,
    const std::function<bool(std::string_view key, std::string_view value)>& visit);

// The exact bytes of each element.
void for_each_element(std::string_view array,
                      const std::function<bool(std::string_view value)>& visit);

// The member's exact bytes; empty if there is none.
std::string_view find_member(std::string_view object, std::string_view key);

// The text that a JSON string stands for; empty if `value` is no string.
std::string json_text(std::string_view value);

}  // namespace generion::client
