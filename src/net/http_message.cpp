#include "net/http_message.h"

#include <fmt/core.h>

#include "base/hex.h"
#include "base/limits.h"

namespace generion::net {

std::string_view method_name(Method method) {
  switch (method) {
    case Method::get:
      return "GET";
    case Method::head:
      return "HEAD";
    case Method::post:
      return "POST";
    case Method::put:
      return "PUT";
    case Method::delete_:
      return "DELETE";
    case Method::options:
      return "OPTIONS";
    case Method::other:
      return "another method";
  }
  return "another method";
}

std::string json_quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
    } else if (static_cast<unsigned char>(c) >= 0x80) {
      out += '?';  // may be no UTF-8: this text quotes what came from outside
    } else {
      out += c;
    }
  }
  return out += '"';
}

Response error_response(unsigned status, const Error& error, ErrorDetails details) {
  Response out;
  out.status = status;
  out.body = fmt::format(R"({{"code":-32000,"message":{},"data":{{"code":"{}")",
                         json_quoted(error.message), code_name(error.code));
  if (details.limit) out.body += fmt::format(R"(,"limit":{})", *details.limit);
  if (details.retry_after_ms) {
    out.body += fmt::format(R"(,"retry_after_ms":{})", *details.retry_after_ms);
    out.headers.emplace_back("Retry-After", std::to_string((*details.retry_after_ms + 999) / 1000));
  }
  out.body += "}}";
  return out;
}

Result<std::string> percent_decoded(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      const auto byte = from_hex(text.substr(i + 1, 2));
      if (!byte || byte->size() != 1 || (*byte)[0] == '\0') {
        return fail(
            Code::malformed,
            fmt::format("the address has a '%' at place {} that two hexadecimal digits (not 00) "
                        "do not follow",
                        i));
      }
      c = (*byte)[0];
      i += 2;
    } else if (c == '+' && plus_is_space) {
      c = ' ';
    }
    out += c;
  }
  return out;
}

Result<std::vector<std::pair<std::string, std::string>>> parse_query(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> out;
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    if (pair.empty()) continue;
    if (out.size() == limits::kQueryParametersMax) {
      return fail(Code::too_many, fmt::format("the address has more than {} name=value pairs",
                                              limits::kQueryParametersMax));
    }
    const std::size_t equals = pair.find('=');
    auto name = percent_decoded(pair.substr(0, equals), true);
    if (!name) return fail(name.error());
    auto value = percent_decoded(equals == pair.npos ? "" : pair.substr(equals + 1), true);
    if (!value) return fail(value.error());
    out.emplace_back(std::move(*name), std::move(*value));
  }
  return out;
}

}  // namespace generion::net
