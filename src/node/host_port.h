// "127.0.0.1:8564", "[::1]:8564", "node.example.org:8565": an address as configuration has it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace generion::node {

struct HostPort {
  std::string host;  // IPv6 without brackets
  std::uint16_t port = 0;
  friend bool operator==(const HostPort&, const HostPort&) = default;
};

enum class HostKind : std::uint8_t { ip_address, ip_address_or_name };

// nullopt: no such address.
std::optional<HostPort> parse_host_port(std::string_view text, HostKind kind);

std::string host_port_text(const HostPort& address);

}  // namespace generion::node
