#include "base/bech32m.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/assert.h"
#include "base/limits.h"

namespace generion {
namespace {

constexpr std::string_view kAlphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
constexpr std::uint32_t kChecksumConstant = 0x2bc830a3;  // BIP 350's, not BIP 173's 1
constexpr std::size_t kChecksumCharacters = 6;
constexpr char kSeparator = '1';
constexpr std::size_t kPrefixBytesMax = 83;

// BIP 173's generator polynomial over GF(32).
class Checksum {
 public:
  explicit Checksum(std::string_view prefix) {
    for (const char c : prefix) add(static_cast<std::uint8_t>(c) >> 5);
    add(0);
    for (const char c : prefix) add(static_cast<std::uint8_t>(c) & 31);
  }

  void add(std::uint32_t group) {
    constexpr std::array<std::uint32_t, 5> kGenerator = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa,
                                                         0x3d4233dd, 0x2a1462b3};
    const std::uint32_t top = value_ >> 25;
    value_ = ((value_ & 0x1ffffff) << 5) ^ group;
    for (std::size_t i = 0; i < kGenerator.size(); ++i) {
      if ((top >> i & 1) != 0) value_ ^= kGenerator[i];
    }
  }

  std::uint32_t value() const { return value_; }

 private:
  std::uint32_t value_ = 1;
};

bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}

bool is_valid_prefix(std::string_view prefix) {
  return !prefix.empty() && prefix.size() <= kPrefixBytesMax &&
         std::all_of(prefix.begin(), prefix.end(),
                     [](char c) { return c >= '!' && c <= '~' && !is_upper(c); });
}

// The most characters that a text with this prefix and kBech32mBytesMax bytes has.
std::size_t text_max(std::string_view prefix) {
  return prefix.size() + 1 + (limits::kBech32mBytesMax * 8 + 4) / 5 + kChecksumCharacters;
}

std::string show(char c) {
  if (c >= ' ' && c <= '~') return fmt::format("'{}'", c);
  return fmt::format("byte {:02x}", static_cast<std::uint8_t>(c));
}

Result<std::string> lower_case(std::string_view text) {
  if (std::any_of(text.begin(), text.end(), is_upper) &&
      std::any_of(text.begin(), text.end(), is_lower)) {
    return fail(Code::bad_address,
                "mixed upper and lower case; write all of it in lower case, or all in upper case");
  }
  std::string out(text);
  for (char& c : out) {
    if (is_upper(c)) c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

// Groups of five bits back to bytes; what is left over must be less than a group, and zero.
Result<Bytes> join_groups(const std::string& groups) {
  Bytes out;
  std::uint32_t buffer = 0;
  int bits = 0;
  for (const char group : groups) {
    buffer = (buffer << 5 | static_cast<std::uint8_t>(group)) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    out.push_back(static_cast<char>(static_cast<std::uint8_t>(buffer >> bits)));
  }
  if (bits >= 5 || (buffer & ((1U << bits) - 1)) != 0) {
    return fail(Code::bad_address,
                "the length or the unused last bits are wrong: the text does not hold whole bytes");
  }
  return out;
}

}  // namespace

std::string to_bech32m(std::string_view prefix, ByteView bytes) {
  GENERION_ASSERT(is_valid_prefix(prefix) && bytes.size() <= limits::kBech32mBytesMax);
  std::string out(prefix);
  out.push_back(kSeparator);
  Checksum checksum(prefix);
  const auto put = [&](std::uint32_t group) {
    checksum.add(group);
    out.push_back(kAlphabet[group]);
  };
  std::uint32_t buffer = 0;
  int bits = 0;
  for (const char byte : bytes) {
    buffer = (buffer << 8 | static_cast<std::uint8_t>(byte)) & 0xfff;
    for (bits += 8; bits >= 5;) {
      bits -= 5;
      put(buffer >> bits & 31);
    }
  }
  if (bits > 0) put(buffer << (5 - bits) & 31);

  for (std::size_t i = 0; i < kChecksumCharacters; ++i) checksum.add(0);
  const std::uint32_t sum = checksum.value() ^ kChecksumConstant;
  for (std::size_t i = 0; i < kChecksumCharacters; ++i) {
    out.push_back(kAlphabet[sum >> (5 * (kChecksumCharacters - 1 - i)) & 31]);
  }
  return out;
}

Result<Bytes> from_bech32m(std::string_view prefix, std::string_view text) {
  GENERION_ASSERT(is_valid_prefix(prefix));
  if (text.size() > text_max(prefix)) {
    return fail(Code::bad_address, fmt::format("too long: has {} characters, {} at most",
                                               text.size(), text_max(prefix)));
  }
  const auto lower = lower_case(text);
  if (!lower) return fail(lower.error());
  if (!lower->starts_with(prefix) || lower->size() == prefix.size() ||
      (*lower)[prefix.size()] != kSeparator) {
    return fail(Code::bad_address, fmt::format("does not start with {}{}", prefix, kSeparator));
  }
  const std::size_t start = prefix.size() + 1;
  if (lower->size() < start + kChecksumCharacters) {
    return fail(Code::bad_address, fmt::format("too short: has {} characters, {} at least",
                                               lower->size(), start + kChecksumCharacters));
  }

  Checksum checksum(prefix);
  std::string groups;
  for (std::size_t i = start; i < lower->size(); ++i) {
    const std::size_t group = kAlphabet.find((*lower)[i]);
    if (group == std::string_view::npos) {
      return fail(Code::bad_address,
                  fmt::format("{} at position {} is not allowed; after {}{} only these are: {}",
                              show(text[i]), i + 1, prefix, kSeparator, kAlphabet));
    }
    checksum.add(static_cast<std::uint32_t>(group));
    groups.push_back(static_cast<char>(group));
  }
  if (checksum.value() != kChecksumConstant) {
    return fail(Code::bad_address, "the checksum does not match: a character is wrong or missing");
  }
  groups.resize(groups.size() - kChecksumCharacters);
  return join_groups(groups);
}

}  // namespace generion
