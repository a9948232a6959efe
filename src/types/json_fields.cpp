#include "types/json_fields.h"

#include <fmt/core.h>

#include <boost/json.hpp>

#include "base/hex.h"
#include "types/address.h"

namespace generion {
namespace json = boost::json;

JsonFields::JsonFields(const json::value& value, std::string path, Code code)
    : path_(std::move(path)), code_(code) {
  if (value.is_object()) {
    object_ = &value.get_object();
  } else {
    fault("", "must be a JSON object");
  }
}

void JsonFields::fault(std::string_view name, std::string_view what, std::optional<Code> code) {
  if (error_) return;
  error_ = Error{code.value_or(code_),
                 fmt::format("{}{}{} {}", path_, name.empty() ? "" : ".", name, what)};
}

const json::value* JsonFields::find(std::string_view name) {
  known_.emplace(name);
  return object_ == nullptr ? nullptr : object_->if_contains(name);
}

std::string JsonFields::text(std::string_view name, std::size_t min, std::size_t max) {
  const json::value* value = find(name);
  if (value == nullptr) {
    if (min > 0) fault(name, "is missing");
    return {};
  }
  if (!value->is_string()) {
    fault(name, "must be a text");
    return {};
  }
  std::string out(value->get_string());
  if (out.size() < min || out.size() > max) {
    fault(name, fmt::format("has {} bytes; it takes {} to {}", out.size(), min, max));
  }
  return out;
}

std::uint64_t JsonFields::number(std::string_view name, std::uint64_t min, std::uint64_t max,
                                 std::optional<std::uint64_t> absent) {
  const json::value* value = find(name);
  if (value == nullptr) {
    if (!absent) fault(name, "is missing");
    return absent.value_or(0);
  }
  const bool whole = value->is_uint64() || (value->is_int64() && value->get_int64() >= 0);
  const std::uint64_t out = whole ? value->to_number<std::uint64_t>() : 0;
  if (!whole || out < min || out > max) {
    fault(name, fmt::format("is {}; it takes a whole number from {} to {}", json::serialize(*value),
                            min, max));
  }
  return out;
}

bool JsonFields::flag(std::string_view name, bool absent) {
  const json::value* value = find(name);
  if (value == nullptr) return absent;
  if (!value->is_bool()) fault(name, "must be true or false");
  return value->is_bool() && value->get_bool();
}

Address JsonFields::address(std::string_view name) {
  const std::string value = text(name, 1, 128);
  const auto parsed = parse_address(value);
  if (!parsed) fault(name, fmt::format("is no address: {}", parsed.error().message));
  return parsed.value_or(Address{});
}

Bytes JsonFields::hex_bytes(std::string_view name, std::size_t size) {
  const auto bytes = from_hex(text(name, 1, 2 * size));
  if (!bytes || bytes->size() != size) {
    fault(name, fmt::format("takes {} hexadecimal digits", 2 * size));
    return {};
  }
  return *bytes;
}

const json::array& JsonFields::list(std::string_view name, std::size_t max) {
  static const json::array kNone;
  const json::value* value = find(name);
  if (value == nullptr) return kNone;
  if (!value->is_array()) {
    fault(name, "must be a list");
    return kNone;
  }
  const json::array& out = value->get_array();
  if (out.size() > max) {
    fault(name, fmt::format("has {} entries; at most {} are taken", out.size(), max));
    return kNone;
  }
  return out;
}

Result<void> JsonFields::finish() {
  if (object_ != nullptr && !error_) {
    for (const auto& entry : *object_) {
      if (known_.contains(entry.key())) continue;
      std::string names;
      for (const std::string& name : known_) names += names.empty() ? name : ", " + name;
      fault(entry.key(), fmt::format("is unknown; known here are {}", names));
      break;
    }
  }
  if (error_) return fail(*error_);
  return {};
}

}  // namespace generion
