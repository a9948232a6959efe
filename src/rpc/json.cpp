#include "rpc/json.h"

#include <fmt/core.h>

#include <boost/json/parse.hpp>

#include "base/limits.h"

namespace generion::rpc {
namespace {

// Where a string's closing quote is, `at` being behind its opening one; the text's end if nowhere.
std::size_t end_of_string(std::string_view text, std::size_t at) {
  while (true) {
    const std::size_t quote = text.find('"', at);
    if (quote == std::string_view::npos) return text.size();
    const std::size_t backslash = text.substr(at, quote - at).find('\\');
    if (backslash == std::string_view::npos) return quote;
    at += backslash + 2;  // a backslash and what it escapes
    if (at > text.size()) return text.size();
  }
}

// Members of all objects in the text, doubled ones counted: each has one ':' outside strings.
std::size_t count_members_in_text(std::string_view text) {
  std::size_t count = 0;
  std::size_t i = 0;
  while (i < text.size()) {
    if (text[i] == ':') ++count;
    if (text[i] == '"') i = end_of_string(text, i + 1);
    ++i;
  }
  return count;
}

// The same of the parsed value, where doubled ones have become one.
std::size_t count_members(const Json& value) {
  std::size_t count = 0;
  if (const auto* object = value.if_object()) {
    count = object->size();
    for (const auto& member : *object) count += count_members(member.value());
  } else if (const auto* array = value.if_array()) {
    for (const Json& entry : *array) count += count_members(entry);
  }
  return count;
}

}  // namespace

Result<Json> parse_json(std::string_view text, boost::json::storage_ptr memory) {
  boost::json::parse_options options;
  options.max_depth = limits::kJsonDepthMax;
  boost::json::error_code ec;
  Json out = boost::json::parse(text, ec, std::move(memory), options);
  if (ec == boost::json::error::too_deep) {
    return fail(Code::malformed,
                fmt::format("the JSON is nested deeper than {}", limits::kJsonDepthMax));
  }
  if (ec) return fail(Code::malformed, "this is no JSON (RFC 8259): " + ec.message());
  if (count_members_in_text(text) != count_members(out)) {
    return fail(Code::malformed, "a key stands twice in one object; each may stand once");
  }
  return out;
}

std::string_view json_type(const Json& value) {
  switch (value.kind()) {
    case boost::json::kind::null:
      return "null (leave out what is absent)";
    case boost::json::kind::bool_:
      return "true or false";
    case boost::json::kind::int64:
    case boost::json::kind::uint64:
      return "a whole number";
    case boost::json::kind::double_:
      return "a fraction";
    case boost::json::kind::string:
      return "a text";
    case boost::json::kind::array:
      return "an array";
    case boost::json::kind::object:
      return "an object";
  }
  return "something else";
}

}  // namespace generion::rpc
