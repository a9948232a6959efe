#include "cli/commands/operation_parts.h"

#include <fmt/format.h>

#include <charconv>

#include "base/base64.h"
#include "base/limits.h"
#include "types/address.h"

namespace generion::cli {
namespace {

constexpr std::size_t kAmountDigitsMax = 20;
constexpr std::size_t kAddressBytesMax = 128;

}  // namespace

namespace json = boost::json;

json::array one_or_more(JsonFields& in, std::string_view name, std::size_t max) {
  const json::value* value = in.find(name);
  if (value == nullptr) {
    in.fault(name, "is missing");
    return {};
  }
  if (!value->is_array()) return {*value};
  const json::array& list = in.list(name, max);
  if (list.empty()) in.fault(name, "is empty; it takes at least one");
  return list;
}

std::vector<RecordId> read_record_ids(JsonFields& in, std::string_view name, std::size_t max) {
  std::vector<RecordId> out;
  for (const json::value& value : one_or_more(in, name, max)) {
    const bool whole = value.is_uint64() || (value.is_int64() && value.get_int64() > 0);
    if (!whole) {
      in.fault(name, fmt::format("has {}; ids are whole numbers from 1", json::serialize(value)));
      break;
    }
    out.emplace_back(value.to_number<std::uint64_t>());
  }
  return out;
}

Bytes read_base64(JsonFields& in, std::string_view name) {
  auto out = from_base64(in.text(name, 1, limits::kTransactionFileBytesMax));
  if (!out) in.fault(name, "is no base64 (RFC 4648, with padding)");
  return out.value_or(Bytes());
}

Address read_address(JsonFields& in, std::string_view name) {
  const std::string text = in.text(name, 1, kAddressBytesMax);
  const auto parsed = parse_address(text);
  if (!parsed) {
    in.fault(name, fmt::format("is no address: {}", parsed.error().message), parsed.error().code);
  }
  return parsed.value_or(Address{});
}

std::uint64_t read_amount(JsonFields& in, std::string_view name) {
  const std::string text = in.text(name, 1, kAmountDigitsMax);
  std::uint64_t out = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, out);
  if (error != std::errc() || stopped != end || out == 0) {
    in.fault(name, fmt::format("is \"{}\"; it takes a whole number of the smallest unit as a text, "
                               "from \"1\" to \"{}\"; one token is \"100000000\"",
                               text, kAnyNumber));
  }
  return out;
}

Result<void> finish_operation(client::TransactionBuilder& builder, JsonFields& in,
                              Operation operation) {
  if (auto ok = in.finish(); !ok) return ok;
  builder.add(std::move(operation));
  return {};
}

}  // namespace generion::cli
