#include "node/host_port.h"

#include <catch2/catch.hpp>

namespace generion::node {
namespace {

TEST_CASE("host and port: addresses, names where they are allowed, and what is neither") {
  const auto ip = HostKind::ip_address;
  const auto name = HostKind::ip_address_or_name;
  CHECK(parse_host_port("127.0.0.1:8564", ip) == HostPort{"127.0.0.1", 8564});
  CHECK(parse_host_port("[::1]:1", ip) == HostPort{"::1", 1});
  CHECK(parse_host_port("node.example.org:8565", name) == HostPort{"node.example.org", 8565});
  CHECK_FALSE(parse_host_port("node.example.org:8565", ip));
  for (const char* bad : {"", ":", "127.0.0.1", "127.0.0.1:", ":1", "::1:1", "1.2.3.4:65536",
                          "1.2.3.4:1x", "a b:1", "[node]x:1"}) {
    INFO(bad);
    CHECK_FALSE(parse_host_port(bad, name));
  }
  CHECK(host_port_text({"::1", 5}) == "[::1]:5");
  CHECK(host_port_text({"10.0.0.1", 5}) == "10.0.0.1:5");
}

}  // namespace
}  // namespace generion::node
