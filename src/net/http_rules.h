// What a browser may be used for: pure checks of a request's head.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/http_message.h"

namespace generion::net {

struct Rules {
  bool is_unix = false;  // no browser gets there: neither Host nor Origin is checked
  bool is_tls = false;
  std::vector<std::string> hosts;
  std::vector<std::string> origins;
  std::vector<std::string> cors;
};

// The header fields that the rules look at; absent ones are empty.
struct Head {
  Method method = Method::other;
  std::size_t target_bytes = 0;
  std::string_view host;  // of the target, or else the header; empty if that is not there just once
  std::string_view origin;
  std::string_view content_type;
  std::string_view asked_method;  // Access-Control-Request-Method
  bool is_upgrade = false;        // to a WebSocket
};

// A request's target in its parts (RFC 9112, 3.2): "/a?b" and "http://host/a?b" name the same.
struct Target {
  std::string_view host;  // "name:port" of the second form, which counts instead of the header Host
  std::string_view path;  // not decoded
  std::string_view query;
};
Target split_target(std::string_view target);

// The name in a Host header, in lower case, without the port: "[::1]:80" gives "[::1]".
std::string host_name(std::string_view host);

// Why a request is not served: 400 and 421 (Host), 403 (Origin), 414 (length), 415 (media type);
// nullopt if it is.
std::optional<Response> check_head(const Rules& rules, const Head& head);

// Whether a page of this origin may read answers.
bool is_cors_allowed(const Rules& rules, const Head& head);

// The answer to OPTIONS, which no handler sees.
Response options_response(const Rules& rules, const Head& head);

}  // namespace generion::net
