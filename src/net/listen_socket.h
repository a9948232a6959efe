// Unix sockets that listen: binding with clear errors.
#pragma once

#include "net/asio.h"
#include "net/http_server.h"

namespace generion::net {

using UnixAcceptor = asio::basic_socket_acceptor<asio::local::stream_protocol, Strand>;

// The socket file gets mode 0660. Errors: bad_config (path too long), file_exists (something else
// is there), port_in_use (a living server has it), io_error.
Result<UnixAcceptor> bind_unix(const UnixAddress& where, const Strand& strand);

}  // namespace generion::net
