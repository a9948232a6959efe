#include "client/json_scan.h"

#include <fmt/core.h>

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/parse.hpp>

#include "base/limits.h"

namespace generion::client {
namespace json = boost::json;

namespace {

constexpr std::string_view kSpace = " \t\r\n";

// Takes every event of a parse and keeps nothing.
struct Discard {
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = std::size_t(-1);
  static constexpr std::size_t max_string_size = std::size_t(-1);

  using Ec = boost::system::error_code;
  bool on_document_begin(Ec&) { return true; }
  bool on_document_end(Ec&) { return true; }
  bool on_array_begin(Ec&) { return true; }
  bool on_array_end(std::size_t, Ec&) { return true; }
  bool on_object_begin(Ec&) { return true; }
  bool on_object_end(std::size_t, Ec&) { return true; }
  bool on_string_part(json::string_view, std::size_t, Ec&) { return true; }
  bool on_string(json::string_view, std::size_t, Ec&) { return true; }
  bool on_key_part(json::string_view, std::size_t, Ec&) { return true; }
  bool on_key(json::string_view, std::size_t, Ec&) { return true; }
  bool on_number_part(json::string_view, Ec&) { return true; }
  bool on_int64(std::int64_t, json::string_view, Ec&) { return true; }
  bool on_uint64(std::uint64_t, json::string_view, Ec&) { return true; }
  bool on_double(double, json::string_view, Ec&) { return true; }
  bool on_bool(bool, Ec&) { return true; }
  bool on_null(Ec&) { return true; }
  bool on_comment_part(json::string_view, Ec&) { return true; }
  bool on_comment(json::string_view, Ec&) { return true; }
};

std::size_t skip_space(std::string_view text, std::size_t at) {
  return std::min(text.find_first_not_of(kSpace, at), text.size());
}

// The place after the string that begins at `at`.
std::size_t skip_string(std::string_view text, std::size_t at) {
  for (++at; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] == '\\') ++at;
  }
  return std::min(at + 1, text.size());
}

// The place after the value that begins at `at`.
std::size_t skip_value(std::string_view text, std::size_t at) {
  std::size_t depth = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (c == '"') {
      at = skip_string(text, at);
    } else if (c == '{' || c == '[') {
      ++depth;
      ++at;
    } else if (c == '}' || c == ']') {
      --depth;
      ++at;
    } else if (depth > 0) {
      ++at;
    } else {
      return std::min(text.find_first_of(",]} \t\r\n", at), text.size());
    }
    if (depth == 0) return at;
  }
  return at;
}

std::unexpected<Error> wrong(std::string_view text, std::size_t offset, std::string_view name,
                             std::string_view what) {
  const TextPosition position = position_of(text, offset);
  return fail(Code::malformed,
              fmt::format("{}:{}:{}: {}", name, position.line, position.column, what));
}

// The place after the value that begins at `at`, which is checked.
Result<std::size_t> check_value(std::string_view text, std::size_t at, std::string_view name) {
  const std::size_t end = skip_value(text, at);
  json::parse_options options;
  options.max_depth = limits::kFhirDepthMax;
  json::basic_parser<Discard> parser(options);
  boost::system::error_code ec;
  const std::size_t used = parser.write_some(false, text.data() + at, end - at, ec);
  if (!ec && at + used == end) return end;
  const std::size_t offset = std::min(at + used, text.size());
  if (offset >= text.size()) return wrong(text, offset, name, "the JSON ends too early");
  if (ec == json::error::too_deep) {
    return wrong(text, offset, name,
                 fmt::format("the JSON is nested more than {} deep", limits::kFhirDepthMax));
  }
  return wrong(text, offset, name,
               fmt::format("this is no JSON ({})", ec ? ec.message() : "unexpected character"));
}

}  // namespace

TextPosition position_of(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  TextPosition out;
  out.line = 1 + static_cast<std::uint64_t>(std::ranges::count(before, '\n'));
  const std::size_t line_end = before.rfind('\n');
  out.column = line_end == std::string_view::npos ? offset + 1 : offset - line_end;
  return out;
}

Result<std::vector<std::string_view>> split_json(std::string_view text, std::string_view name) {
  std::vector<std::string_view> out;
  std::size_t at = skip_space(text, 0);
  if (at == text.size()) return wrong(text, 0, name, "the file is empty; it takes FHIR JSON");
  while (at < text.size()) {
    const auto end = check_value(text, at, name);
    if (!end) return fail(end.error());
    out.push_back(text.substr(at, *end - at));
    at = skip_space(text, *end);
    const std::string_view between = text.substr(*end, at - *end);
    if (at < text.size() && between.find('\n') == std::string_view::npos) {
      return wrong(text, at, name, "something follows the JSON value on its line");
    }
  }
  return out;
}

void for_each_member(
    std::string_view object,
    const std::function<bool(std::string_view key, std::string_view value)>& visit) {
  std::size_t at = skip_space(object, 1);
  while (at < object.size() && object[at] == '"') {
    const std::size_t key_end = skip_string(object, at);
    const std::string_view key = object.substr(at, key_end - at);
    const std::size_t begin = skip_space(object, skip_space(object, key_end) + 1);
    const std::size_t end = skip_value(object, begin);
    const std::string_view value = object.substr(begin, end - begin);
    const bool plain = key.find('\\') == std::string_view::npos;
    if (!visit(plain ? key.substr(1, key.size() - 2) : std::string_view(json_text(key)), value)) {
      return;
    }
    at = skip_space(object, end);
    if (at < object.size() && object[at] == ',') at = skip_space(object, at + 1);
  }
}

void for_each_element(std::string_view array,
                      const std::function<bool(std::string_view value)>& visit) {
  std::size_t at = skip_space(array, 1);
  while (at < array.size() && array[at] != ']') {
    const std::size_t end = skip_value(array, at);
    if (!visit(array.substr(at, end - at))) return;
    at = skip_space(array, end);
    if (at < array.size() && array[at] == ',') at = skip_space(array, at + 1);
  }
}

std::string_view find_member(std::string_view object, std::string_view key) {
  std::string_view out;
  if (!object.starts_with('{')) return out;
  for_each_member(object, [&](std::string_view name, std::string_view value) {
    if (name == key) out = value;
    return name != key;
  });
  return out;
}

std::string json_text(std::string_view value) {
  if (!value.starts_with('"')) return {};
  boost::system::error_code ec;
  const json::value parsed = json::parse(value, ec);
  return parsed.is_string() ? std::string(parsed.get_string()) : std::string();
}

}  // namespace generion::client
