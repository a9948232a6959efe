#include "node/host_port.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace generion::node {
namespace {

bool is_ip_address(const std::string& host) {
  in6_addr buffer{};
  return inet_pton(AF_INET, host.c_str(), &buffer) == 1 ||
         inet_pton(AF_INET6, host.c_str(), &buffer) == 1;
}

bool is_name(const std::string& host) {
  constexpr std::size_t kNameMax = 253;  // RFC 1035
  const auto is_allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.';
  };
  return !host.empty() && host.size() <= kNameMax && std::ranges::all_of(host, is_allowed);
}

}  // namespace

std::optional<HostPort> parse_host_port(std::string_view text, HostKind kind) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.contains(':')) {
    return std::nullopt;
  }
  const std::string_view port = text.substr(colon + 1);
  HostPort out{.host = std::string(host)};
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), out.port);
  if (error != std::errc{} || end != port.data() + port.size()) return std::nullopt;
  if (is_ip_address(out.host)) return out;
  if (kind == HostKind::ip_address_or_name && is_name(out.host)) return out;
  return std::nullopt;
}

std::string host_port_text(const HostPort& address) {
  const bool is_v6 = address.host.contains(':');
  return fmt::format("{}{}{}:{}", is_v6 ? "[" : "", address.host, is_v6 ? "]" : "", address.port);
}

}  // namespace generion::node
