#include "client/endpoint.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

#include "base/limits.h"

namespace generion::client {
namespace {

std::unexpected<Error> wrong(std::string_view url, std::string_view what) {
  return fail(Code::usage, fmt::format("the address \"{}\" {}; right ones look like "
                                       "https://node.example:8443, http://127.0.0.1:8564 or "
                                       "unix:/run/generion/admin.sock",
                                       url, what));
}

bool is_port(std::string_view text) {
  std::uint32_t port = 0;
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), port);
  return ec == std::errc() && end == text.data() + text.size() && port >= 1 && port <= 65'535;
}

bool is_host_character(char c) {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return letter || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == ':';
}

// "host", "host:port", "[::1]:port" into `out`.
Result<Endpoint> with_authority(Endpoint out, std::string_view authority) {
  if (authority.find('@') != std::string_view::npos) {
    return wrong(out.url, "holds a user name; secrets belong into a file, not into an address");
  }
  std::string_view host = authority;
  std::string_view port;
  const bool bracketed = authority.starts_with('[');
  const std::size_t close = authority.find(']');
  if (bracketed && close == std::string_view::npos) return wrong(out.url, "lacks a closing ]");
  const std::size_t colon = authority.find(':', bracketed ? close : 0);
  if (colon != std::string_view::npos) {
    host = authority.substr(0, colon);
    port = authority.substr(colon + 1);
    if (!is_port(port)) return wrong(out.url, "has no port from 1 to 65535 after its colon");
    out.port = port;
  }
  if (bracketed) host = host.substr(1, close - 1);
  if (host.empty() || host.size() > 253 || !std::ranges::all_of(host, is_host_character)) {
    return wrong(out.url, "names no host");
  }
  out.host = host;
  return out;
}

}  // namespace

std::string Endpoint::authority() const {
  if (kind == Kind::unix_socket) return host;
  const bool numeric_v6 = host.find(':') != std::string::npos;
  return numeric_v6 ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

bool Endpoint::is_local() const {
  if (kind == Kind::unix_socket || host == "localhost" || host == "::1") return true;
  const bool dotted = host.find_first_not_of("0123456789.") == std::string::npos;
  return dotted && host.starts_with("127.");
}

Result<Endpoint> parse_endpoint(std::string_view url) {
  Endpoint out;
  out.url = url;
  out.path = "/";
  if (url.size() > limits::kUrlBytesMax) return wrong(url.substr(0, 60), "is too long");
  if (url.starts_with("unix:")) {
    out.kind = Endpoint::Kind::unix_socket;
    out.host = "localhost";
    out.socket_path = url.substr(5);
    // sockaddr_un holds 107 characters.
    if (!out.socket_path.starts_with('/') || out.socket_path.size() > 107) {
      return wrong(url, "needs an absolute path of at most 107 characters");
    }
    return out;
  }
  std::string_view rest;
  if (url.starts_with("https://")) {
    out.kind = Endpoint::Kind::https;
    out.port = "443";
    rest = url.substr(8);
  } else if (url.starts_with("http://")) {
    out.port = "80";
    rest = url.substr(7);
  } else {
    return wrong(url, "starts with neither http://, https:// nor unix:");
  }
  const std::size_t slash = rest.find('/');
  if (slash != std::string_view::npos) {
    out.path = rest.substr(slash);
    if (std::ranges::any_of(out.path, [](char c) { return c <= ' ' || c > '~' || c == '#'; })) {
      return wrong(url, "has a space or a strange character in its path");
    }
  }
  return with_authority(std::move(out), rest.substr(0, slash));
}

}  // namespace generion::client
