// Where a page ends, as the opaque text that asks for the next one. It pins the height and belongs
// to one question.
#pragma once

#include "base/error.h"
#include "types/ids.h"

namespace generion::rpc {

struct Position {
  Height height;
  Bytes after;  // the list's own key of the page's last entry; at most 128 bytes
};

// `question`: Arguments::fingerprint.
std::string encode_cursor(std::string_view question, const Position& position);

// Error bad_cursor: garbage, or made for another question.
Result<Position> decode_cursor(std::string_view question, std::string_view text);

}  // namespace generion::rpc
