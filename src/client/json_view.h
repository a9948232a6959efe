// Reads the fields of one JSON object that a node answered. Unlike types/json_fields.h it passes
// over fields that it does not know: a newer node may say more. The first fault is kept.
#pragma once

#include <fmt/core.h>

#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "base/base64.h"
#include "base/error.h"
#include "base/hex.h"
#include "types/address.h"
#include "types/ids.h"

namespace generion::client {

class JsonView {
 public:
  // `value` must outlive the view; `name` says in messages what it is.
  JsonView(const boost::json::value& value, std::string_view name) : name_(name) {
    if (value.is_object()) {
      object_ = &value.get_object();
    } else {
      fault("", "is no JSON object");
    }
  }

  const boost::json::value* find(std::string_view field) const {
    return object_ == nullptr ? nullptr : object_->if_contains(field);
  }

  // An absent text is empty, an absent number nullopt, an absent flag false.
  std::string text(std::string_view field);
  std::optional<std::uint64_t> number(std::string_view field);
  std::uint64_t required_number(std::string_view field);
  bool flag(std::string_view field);
  std::vector<std::uint64_t> numbers(std::string_view field);
  std::optional<Bytes> base64(std::string_view field);
  std::optional<Address> address(std::string_view field);

  template <class Fixed>
  std::optional<Fixed> hex(std::string_view field) {
    const std::string digits = text(field);
    if (digits.empty()) return std::nullopt;
    const auto bytes = from_hex(digits);
    const auto out = bytes ? Fixed::from(*bytes) : std::nullopt;
    if (!out) fault(field, fmt::format("takes {} hexadecimal digits", 2 * Fixed::kSize));
    return out;
  }

  template <class T>
  T required(std::string_view field, std::optional<T> value) {
    if (!value) fault(field, "is missing");
    return value.value_or(T{});
  }

  void fault(std::string_view field, std::string_view what);

  // Error malformed.
  Result<void> finish() const {
    if (error_) return fail(*error_);
    return {};
  }

 private:
  const boost::json::object* object_ = nullptr;
  std::string name_;
  std::optional<Error> error_;
};

}  // namespace generion::client
