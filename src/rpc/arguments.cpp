#include "rpc/arguments.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

#include "base/assert.h"
#include "base/base64.h"
#include "base/hex.h"
#include "base/limits.h"
#include "net/http_message.h"
#include "types/address.h"

namespace generion::rpc {
namespace {

constexpr std::size_t kQuotedBytesMax = 80;

std::string quoted(std::string_view text) {
  if (text.size() <= kQuotedBytesMax) return net::json_quoted(text);
  return net::json_quoted(text.substr(0, kQuotedBytesMax)) + "...";
}

std::string names_of(std::span<const Parameter> parameters) {
  std::string out;
  for (const Parameter& parameter : parameters) {
    if (!out.empty()) out += ", ";
    out += parameter.name;
  }
  return out.empty() ? "none" : out;
}

std::unexpected<Error> unexpected_value(const Parameter& parameter, std::string_view got) {
  return fail(Code::bad_params,
              fmt::format("{}: expected {}, got {}", parameter.name, expectation(parameter), got));
}

// Digits only. nullopt for anything else and above 64 bits.
std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t out = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (ec != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return out;
}

std::optional<std::uint64_t> whole_number(const Json& value) {
  if (const auto* number = value.if_int64(); number != nullptr && *number >= 0) {
    return static_cast<std::uint64_t>(*number);
  }
  if (const auto* number = value.if_uint64()) return *number;
  return std::nullopt;
}

std::string number_text(const Json& value) {
  if (const auto* number = value.if_int64()) return std::to_string(*number);
  if (const auto* number = value.if_uint64()) return std::to_string(*number);
  return std::string(json_type(value));
}

}  // namespace

std::string expectation(const Parameter& parameter) {
  switch (parameter.type) {
    case ParameterType::number:
      return fmt::format("a whole number from {} to {}", parameter.min, parameter.max);
    case ParameterType::amount:
      return fmt::format("an amount from {} to {} in the smallest unit, as text", parameter.min,
                         parameter.max);
    case ParameterType::flag:
      return "true or false";
    case ParameterType::choice: {
      std::string out = "one of";
      for (const std::string_view choice : parameter.choices) out += fmt::format(" \"{}\"", choice);
      return out;
    }
    case ParameterType::text:
      return fmt::format("a text of at most {} bytes", parameter.max);
    case ParameterType::address:
      return "an address (\"gen1...\")";
    case ParameterType::tx_id:
      return "a transaction id (64 hexadecimal digits)";
    case ParameterType::hex:
      return fmt::format("hexadecimal text of at most {} bytes", parameter.max);
    case ParameterType::base64:
      return fmt::format("base64 text (RFC 4648, padded) of at most {} bytes", parameter.max);
    case ParameterType::record_ids:
      return fmt::format("a record id from 1 to {}, or at most {} of them as \"1:2:3\"",
                         limits::kSafeIntegerMax, limits::kIdsPerCallMax);
  }
  return {};
}

Result<Arguments::Value> Arguments::convert_text(const Parameter& parameter,
                                                 std::string_view text) {
  switch (parameter.type) {
    case ParameterType::number:
    case ParameterType::flag:
      break;
    case ParameterType::amount: {
      const auto amount = parse_number(text);
      if (amount && *amount >= parameter.min && *amount <= parameter.max) return Value(*amount);
      break;
    }
    case ParameterType::choice:
      if (std::find(parameter.choices.begin(), parameter.choices.end(), text) !=
          parameter.choices.end()) {
        return Value(text);
      }
      break;
    case ParameterType::text:
      if (text.size() > parameter.max) {
        return unexpected_value(parameter, fmt::format("{} bytes", text.size()));
      }
      return Value(text);
    case ParameterType::address: {
      const auto address = parse_address(text);
      if (!address) {
        return fail(Code::bad_params,
                    fmt::format("{}: {}", parameter.name, address.error().message));
      }
      return Value(*address);
    }
    case ParameterType::tx_id: {
      const auto bytes = text.size() == 2 * TxId::kSize ? from_hex(text) : std::nullopt;
      if (bytes) return Value(*TxId::from(*bytes));
      break;
    }
    case ParameterType::hex: {
      auto bytes = text.size() <= 2 * parameter.max ? from_hex(text) : std::nullopt;
      if (bytes) return Value(std::move(*bytes));
      break;
    }
    case ParameterType::base64: {
      auto bytes = text.size() <= (parameter.max + 2) / 3 * 4 ? from_base64(text) : std::nullopt;
      if (bytes) return Value(std::move(*bytes));
      return unexpected_value(parameter,
                              fmt::format("a text of {} characters that is not that", text.size()));
    }
    case ParameterType::record_ids: {
      Ids out{.values = {}, .is_list = text.find(':') != text.npos};
      std::string_view rest = text;
      while (out.values.size() <= limits::kIdsPerCallMax) {
        const auto id = parse_number(rest.substr(0, rest.find(':')));
        if (!id || *id == 0 || *id > limits::kSafeIntegerMax) break;
        out.values.push_back(*id);
        if (rest.find(':') == rest.npos) {
          if (out.values.size() > limits::kIdsPerCallMax) break;
          return Value(std::move(out));
        }
        rest.remove_prefix(rest.find(':') + 1);
      }
      break;
    }
  }
  return unexpected_value(parameter, quoted(text));
}

Result<Arguments::Value> Arguments::convert(const Parameter& parameter, const Json& value) {
  if (const auto* text = value.if_string())
    return convert_text(parameter, {text->data(), text->size()});
  if (parameter.type == ParameterType::flag && value.is_bool()) return Value(value.get_bool());
  const auto number = whole_number(value);
  if (parameter.type == ParameterType::number) {
    if (number && *number >= parameter.min && *number <= parameter.max) return Value(*number);
    return unexpected_value(parameter, number_text(value));
  }
  if (parameter.type == ParameterType::record_ids && value.is_number()) {
    if (number && *number > 0 && *number <= limits::kSafeIntegerMax)
      return Value(Ids{{*number}, false});
    return unexpected_value(parameter, number_text(value));
  }
  return unexpected_value(parameter, json_type(value));
}

Result<void> Arguments::set(std::size_t index, const Json& value) {
  auto converted = convert(parameters_[index], value);
  if (!converted) return fail(converted.error());
  values_[index] = std::move(*converted);
  return {};
}

Result<Arguments> Arguments::from_json(std::string_view method,
                                       std::span<const Parameter> parameters, const Json* params) {
  Arguments out(method, parameters);
  if (params != nullptr && params->is_array()) {
    const JsonArray& list = params->get_array();
    if (list.size() > parameters.size()) {
      return fail(Code::bad_params,
                  fmt::format("{} parameters were given; {} takes {}: {}", list.size(), method,
                              parameters.size(), names_of(parameters)));
    }
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (auto ok = out.set(i, list[i]); !ok) return fail(ok.error());
    }
  } else if (params != nullptr) {
    for (const auto& member : params->get_object()) {
      const std::string_view name(member.key().data(), member.key().size());
      const auto found =
          std::find_if(parameters.begin(), parameters.end(),
                       [name](const Parameter& parameter) { return parameter.name == name; });
      if (found == parameters.end()) {
        return fail(Code::bad_params, fmt::format("unknown parameter {}; {} takes: {}",
                                                  quoted(name), method, names_of(parameters)));
      }
      const auto index = static_cast<std::size_t>(found - parameters.begin());
      if (auto ok = out.set(index, member.value()); !ok) return fail(ok.error());
    }
  }
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (!parameters[i].is_optional && std::holds_alternative<std::monostate>(out.values_[i])) {
      return fail(Code::bad_params, fmt::format("{} is missing; it is {}", parameters[i].name,
                                                expectation(parameters[i])));
    }
  }
  return out;
}

const Arguments::Value& Arguments::value(std::string_view name) const {
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    if (parameters_[i].name == name) return values_[i];
  }
  static const Value kAbsent;
  return kAbsent;
}

bool Arguments::has(std::string_view name) const {
  return !std::holds_alternative<std::monostate>(value(name));
}

std::optional<std::uint64_t> Arguments::number(std::string_view name) const {
  const auto* out = std::get_if<std::uint64_t>(&value(name));
  return out != nullptr ? std::optional(*out) : std::nullopt;
}

bool Arguments::flag(std::string_view name) const {
  const auto* out = std::get_if<bool>(&value(name));
  return out != nullptr && *out;
}

std::string_view Arguments::text(std::string_view name) const {
  const auto* out = std::get_if<std::string_view>(&value(name));
  return out != nullptr ? *out : std::string_view();
}

const Address& Arguments::address(std::string_view name) const {
  return std::get<Address>(value(name));
}
const TxId& Arguments::tx_id(std::string_view name) const {
  return std::get<TxId>(value(name));
}
const Bytes& Arguments::bytes(std::string_view name) const {
  return std::get<Bytes>(value(name));
}

const std::vector<std::uint64_t>& Arguments::ids(std::string_view name) const {
  return std::get<Ids>(value(name)).values;
}

bool Arguments::is_list(std::string_view name) const {
  return std::get<Ids>(value(name)).is_list;
}

std::string Arguments::fingerprint() const {
  std::string out(method_);
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const Parameter& parameter = parameters_[i];
    if (parameter.name == "height" || parameter.name == "limit" || parameter.name == "cursor")
      continue;
    out += fmt::format("\n{}=", parameter.name);
    if (const auto* address = std::get_if<Address>(&values_[i])) out += address->view();
    if (const auto* number = std::get_if<std::uint64_t>(&values_[i]))
      out += fmt::format("{}", *number);
    if (const auto* text = std::get_if<std::string_view>(&values_[i])) out += *text;
    if (const auto* ids = std::get_if<Ids>(&values_[i])) {
      for (const std::uint64_t id : ids->values) out += fmt::format("{}:", id);
    }
  }
  return out;
}

Result<Json> params_from_query(std::span<const Parameter> parameters, std::string_view query) {
  const auto pairs = net::parse_query(query);
  if (!pairs) return fail(Code::bad_params, pairs.error().message);
  JsonObject out;
  for (const auto& [name, text] : *pairs) {
    if (out.contains(name)) {
      return fail(Code::bad_params,
                  fmt::format("{} stands twice; each parameter may stand once", quoted(name)));
    }
    const auto known =
        std::find_if(parameters.begin(), parameters.end(),
                     [&](const Parameter& parameter) { return parameter.name == name; });
    const auto number = parse_number(text);
    if (known != parameters.end() && known->type == ParameterType::number && number) {
      out.emplace(name, *number);
    } else if (known != parameters.end() && known->type == ParameterType::flag &&
               (text == "true" || text == "false")) {
      out.emplace(name, text == "true");
    } else {
      out.emplace(name, text);
    }
  }
  return Json(std::move(out));
}

}  // namespace generion::rpc
