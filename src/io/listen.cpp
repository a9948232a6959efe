#include "io/listen.h"

#include <fmt/core.h>

#include <boost/asio/ip/v6_only.hpp>

namespace generion::io {

std::string address_text(const TcpAddress& where) {
  const bool is_v6 = where.host.find(':') != std::string::npos;
  return fmt::format(fmt::runtime(is_v6 ? "[{}]:{}" : "{}:{}"), where.host, where.port);
}

bool is_loopback(const TcpAddress& where) {
  error_code ec;
  const auto address = asio::ip::make_address(where.host, ec);
  return !ec && address.is_loopback();
}

Result<TcpAcceptor> bind_tcp(const TcpAddress& where, const Strand& strand) {
  error_code ec;
  const auto address = asio::ip::make_address(where.host, ec);
  if (ec) {
    return fail(
        Code::bad_config,
        fmt::format("{} is no IP address; give one such as 127.0.0.1, 0.0.0.0 or ::1", where.host));
  }
  const asio::ip::tcp::endpoint endpoint(address, where.port);
  TcpAcceptor acceptor(strand);
  acceptor.open(endpoint.protocol(), ec);
  if (!ec) acceptor.set_option(asio::socket_base::reuse_address(true), ec);
  if (!ec && address.is_v6()) acceptor.set_option(asio::ip::v6_only(true), ec);
  if (!ec) acceptor.bind(endpoint, ec);
  if (!ec) acceptor.listen(asio::socket_base::max_listen_connections, ec);
  if (ec == asio::error::address_in_use) {
    return fail(Code::port_in_use,
                fmt::format("{} is in use by another program; stop it or set another port",
                            address_text(where)));
  }
  if (ec) {
    return fail(Code::io_error,
                fmt::format("can't listen on {}: {}", address_text(where), ec.message()));
  }
  return acceptor;
}

}  // namespace generion::io
