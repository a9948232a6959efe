#include "base/utf8.h"

#include <cstdint>

namespace generion {
namespace {

// What a first byte announces: how many bytes follow, and the range of the first of them.
struct Lead {
  std::size_t following = 0;
  std::uint8_t second_min = 0x80;
  std::uint8_t second_max = 0xBF;
  bool valid = true;
};

Lead lead_of(std::uint8_t byte) {
  if (byte < 0x80) return {};
  if (byte >= 0xC2 && byte <= 0xDF) return {.following = 1};
  if (byte == 0xE0) return {.following = 2, .second_min = 0xA0};
  if (byte == 0xED) return {.following = 2, .second_max = 0x9F};
  if (byte >= 0xE1 && byte <= 0xEF) return {.following = 2};
  if (byte == 0xF0) return {.following = 3, .second_min = 0x90};
  if (byte == 0xF4) return {.following = 3, .second_max = 0x8F};
  if (byte >= 0xF1 && byte <= 0xF3) return {.following = 3};
  return {.valid = false};
}

}  // namespace

bool is_utf8(ByteView bytes) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    const Lead lead = lead_of(static_cast<std::uint8_t>(bytes[at]));
    if (!lead.valid || bytes.size() - at <= lead.following) return false;
    for (std::size_t i = 1; i <= lead.following; ++i) {
      const auto byte = static_cast<std::uint8_t>(bytes[at + i]);
      const std::uint8_t min = i == 1 ? lead.second_min : 0x80;
      const std::uint8_t max = i == 1 ? lead.second_max : 0xBF;
      if (byte < min || byte > max) return false;
    }
    at += lead.following + 1;
  }
  return true;
}

}  // namespace generion
