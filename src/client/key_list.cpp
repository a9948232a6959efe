#include "client/key_list.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

#include "base/hex.h"
#include "types/address.h"

namespace generion::client {
namespace {

std::optional<UserKey> parse_line(std::string_view line) {
  UserKey key;
  if (line.starts_with('*')) {
    key.selected = true;
    line.remove_prefix(1);
  }
  const auto [end, ec] = std::from_chars(line.data(), line.data() + line.size(), key.index);
  if (ec != std::errc()) return std::nullopt;
  line.remove_prefix(static_cast<std::size_t>(end - line.data()));
  const std::size_t space = line.find(' ', 1);
  if (!line.starts_with(' ') || space == std::string_view::npos) return std::nullopt;
  const auto address = parse_address(line.substr(1, space - 1));
  const auto bytes = from_hex(line.substr(space + 1));
  const auto reader = bytes ? ReaderKey::from(*bytes) : std::nullopt;
  if (!address || !reader) return std::nullopt;
  key.address = *address;
  key.reader_key = *reader;
  return key;
}

}  // namespace

std::string format_key_list(const std::vector<UserKey>& keys) {
  std::string out;
  for (const UserKey& key : keys) {
    out += fmt::format("{}{} {} {}\n", key.selected ? "*" : "", key.index,
                       address_text(key.address), to_hex(key.reader_key));
  }
  return out;
}

Result<std::vector<UserKey>> parse_key_list(std::string_view text) {
  std::vector<UserKey> out;
  std::size_t line_number = 0;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const auto key = parse_line(text.substr(0, end));
    ++line_number;
    if (end == std::string_view::npos || !key || key->index != out.size()) {
      return fail(Code::malformed,
                  fmt::format("line {} is not \"{} <address> <reader key>\": remove the file and "
                              "restore the keys from the phrase",
                              line_number, out.size()));
    }
    out.push_back(*key);
    text.remove_prefix(end + 1);
  }
  if (std::ranges::count_if(out, &UserKey::selected) != (out.empty() ? 0 : 1)) {
    return fail(Code::malformed, "exactly one line must start with *, that of the selected key");
  }
  return out;
}

bool select_in(std::vector<UserKey>& keys, std::uint32_t index) {
  if (index >= keys.size()) return false;
  for (UserKey& key : keys) key.selected = key.index == index;
  return true;
}

}  // namespace generion::client
