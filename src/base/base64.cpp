#include "base/base64.h"

#include <array>

namespace generion {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t kInvalid = 0xff;

constexpr std::array<std::uint8_t, 256> make_values() {
  std::array<std::uint8_t, 256> values{};
  values.fill(kInvalid);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return values;
}
constexpr auto kValues = make_values();

}  // namespace

std::string to_base64(ByteView bytes) {
  std::string out((bytes.size() + 2) / 3 * 4, '=');
  char* to = out.data();
  const std::uint8_t* in = as_unsigned(bytes);
  std::size_t i = 0;
  for (; i + 3 <= bytes.size(); i += 3) {
    const std::uint32_t group =
        (std::uint32_t{in[i]} << 16) | (std::uint32_t{in[i + 1]} << 8) | in[i + 2];
    *to++ = kAlphabet[group >> 18];
    *to++ = kAlphabet[(group >> 12) & 63];
    *to++ = kAlphabet[(group >> 6) & 63];
    *to++ = kAlphabet[group & 63];
  }
  const std::size_t rest = bytes.size() - i;
  if (rest == 0) return out;
  const std::uint32_t group =
      (std::uint32_t{in[i]} << 16) | (rest == 2 ? std::uint32_t{in[i + 1]} << 8 : 0);
  *to++ = kAlphabet[group >> 18];
  *to++ = kAlphabet[(group >> 12) & 63];
  if (rest == 2) *to++ = kAlphabet[(group >> 6) & 63];
  return out;
}

std::optional<Bytes> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  const std::size_t digits = text.size() - padding;
  Bytes out(text.size() / 4 * 3 - padding, '\0');
  char* to = out.data();
  std::uint32_t group = 0;
  std::uint8_t seen = 0;  // kInvalid alone has a high bit
  for (std::size_t i = 0; i < digits; ++i) {
    const std::uint8_t value = kValues[static_cast<unsigned char>(text[i])];
    seen |= value;
    group = (group << 6) | value;
    if (i % 4 != 3) continue;
    *to++ = static_cast<char>((group >> 16) & 255);
    *to++ = static_cast<char>((group >> 8) & 255);
    *to++ = static_cast<char>(group & 255);
    group = 0;
  }
  if ((seen & 0x80) != 0) return std::nullopt;
  if (padding == 1) {
    if ((group & 3) != 0) return std::nullopt;
    *to++ = static_cast<char>((group >> 10) & 255);
    *to++ = static_cast<char>((group >> 2) & 255);
  } else if (padding == 2) {
    if ((group & 15) != 0) return std::nullopt;
    *to++ = static_cast<char>((group >> 4) & 255);
  }
  return out;
}

}  // namespace generion
