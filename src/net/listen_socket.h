// Sockets that listen: binding with clear errors.
#pragma once

#include "net/asio.h"
#include "net/http_server.h"

namespace generion::net {

using TcpAcceptor = asio::basic_socket_acceptor<asio::ip::tcp, Strand>;
using UnixAcceptor = asio::basic_socket_acceptor<asio::local::stream_protocol, Strand>;

// Errors: bad_config (no numeric address), port_in_use, io_error.
Result<TcpAcceptor> bind_tcp(const TcpAddress& where, const Strand& strand);

// The socket file gets mode 0660. Errors: bad_config (path too long), file_exists (something else
// is there), port_in_use (a living server has it), io_error.
Result<UnixAcceptor> bind_unix(const UnixAddress& where, const Strand& strand);

bool is_loopback(const TcpAddress& where);

}  // namespace generion::net
