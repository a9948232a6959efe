#include "client/json_view.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace generion::client {
namespace json = boost::json;

void JsonView::fault(std::string_view field, std::string_view what) {
  if (error_) return;
  error_ = Error{Code::malformed, fmt::format("the node's {}{}{} {}: is this node of another "
                                              "version?",
                                              name_, field.empty() ? "" : ".", field, what)};
}

std::string JsonView::text(std::string_view field) {
  const json::value* value = find(field);
  if (value == nullptr) return {};
  if (!value->is_string()) {
    fault(field, "is no text");
    return {};
  }
  return std::string(value->get_string());
}

std::optional<std::uint64_t> JsonView::number(std::string_view field) {
  const json::value* value = find(field);
  if (value == nullptr) return std::nullopt;
  if (value->is_uint64()) return value->get_uint64();
  if (value->is_int64() && value->get_int64() >= 0) {
    return static_cast<std::uint64_t>(value->get_int64());
  }
  fault(field, "is no whole number");
  return std::nullopt;
}

std::uint64_t JsonView::required_number(std::string_view field) {
  return required<std::uint64_t>(field, number(field));
}

bool JsonView::flag(std::string_view field) {
  const json::value* value = find(field);
  if (value == nullptr) return false;
  if (!value->is_bool()) fault(field, "is neither true nor false");
  return value->is_bool() && value->get_bool();
}

std::vector<std::uint64_t> JsonView::numbers(std::string_view field) {
  std::vector<std::uint64_t> out;
  const json::value* value = find(field);
  if (value == nullptr) return out;
  if (!value->is_array()) {
    fault(field, "is no list");
    return out;
  }
  for (const json::value& entry : value->get_array()) {
    boost::system::error_code ec;
    const auto number = entry.to_number<std::uint64_t>(ec);
    if (ec) fault(field, "holds something that is no whole number");
    out.push_back(number);
  }
  return out;
}

std::optional<Bytes> JsonView::base64(std::string_view field) {
  const json::value* value = find(field);
  if (value == nullptr) return std::nullopt;
  auto bytes = from_base64(text(field));
  if (!bytes) fault(field, "is no base64");
  return bytes;
}

std::optional<Address> JsonView::address(std::string_view field) {
  const std::string written = text(field);
  if (written.empty()) return std::nullopt;
  const auto out = parse_address(written);
  if (!out) {
    fault(field, fmt::format("is no address ({})", out.error().message));
    return std::nullopt;
  }
  return *out;
}

}  // namespace generion::client
