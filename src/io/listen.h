// TCP sockets that listen: binding with clear errors.
#pragma once

#include <cstdint>
#include <string>

#include "base/error.h"
#include "io/asio.h"
#include "io/tcp_address.h"

namespace generion::io {

// Errors: bad_config (no numeric address), port_in_use, io_error.
Result<TcpAcceptor> bind_tcp(const TcpAddress& where, const Strand& strand);

}  // namespace generion::io
