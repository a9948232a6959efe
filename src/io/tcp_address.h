// Where a program listens.
#pragma once

#include <cstdint>
#include <string>

namespace generion::io {

struct TcpAddress {
  std::string host = "127.0.0.1";  // numeric, IPv6 without brackets
  std::uint16_t port = 0;          // 0: any free one
  friend bool operator==(const TcpAddress&, const TcpAddress&) = default;
};

// "127.0.0.1:8564", "[::1]:8564"
std::string address_text(const TcpAddress& where);

bool is_loopback(const TcpAddress& where);

}  // namespace generion::io
