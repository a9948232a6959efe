// Where an HTTP server listens: http://host:port, https://host:port, unix:/path.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace generion::client {

struct Endpoint {
  enum class Kind : std::uint8_t { http, https, unix_socket };

  Kind kind = Kind::http;
  std::string host;  // without brackets; for a Unix socket "localhost"
  std::string port;  // digits; empty for a Unix socket
  std::string path;  // the HTTP target, "/" if the URL names none; for a Unix socket always "/"
  std::string socket_path;
  std::string url;  // as given, for messages

  // What the Host header says.
  std::string authority() const;
  // A name or number that cannot leave this machine.
  bool is_local() const;
};

// Error usage: says which part is wrong and shows a right one. Without a port, 80 and 443 are
// meant.
Result<Endpoint> parse_endpoint(std::string_view url);

}  // namespace generion::client
