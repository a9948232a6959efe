#include "types/amount.h"

#include <fmt/core.h>

#include <charconv>
#include <optional>

namespace generion {
namespace {

// nullopt: no digits, something else, or too large. Nothing at all is 0.
std::optional<std::uint64_t> number(std::string_view digits) {
  if (digits.empty()) return 0;
  std::uint64_t out = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return out;
}

}  // namespace

std::string token_text(std::uint64_t amount) {
  std::string out = fmt::format("{}.{:08}", amount / kToken, amount % kToken);
  out.erase(out.find_last_not_of('0') + 1);
  if (out.ends_with('.')) out.pop_back();
  return out;
}

Result<std::uint64_t> parse_tokens(std::string_view text) {
  const std::size_t point = std::min(text.find('.'), text.size());
  std::string decimals(text.substr(std::min(point + 1, text.size())));
  const bool has_digits = text.size() > (point < text.size() ? 1U : 0U);
  const bool fine_enough = decimals.size() <= kTokenDecimals;
  if (fine_enough) decimals.resize(kTokenDecimals, '0');
  const auto whole = number(text.substr(0, point));
  const auto part = number(decimals);
  if (!has_digits || !fine_enough || !whole || !part || *whole > (UINT64_MAX - *part) / kToken) {
    return fail(
        Code::bad_argument,
        fmt::format("\"{}\" is no number of tokens; it takes one such as 12 or 0.5, with at "
                    "most {} digits after the point, up to {}",
                    text.substr(0, 40), kTokenDecimals, token_text(UINT64_MAX)));
  }
  return *whole * kToken + *part;
}

}  // namespace generion
