// The client's side of TLS: which certificates it accepts and which one it shows. Private to the
// folder.
#pragma once

#include <openssl/types.h>

#include <memory>
#include <string>

#include "base/error.h"
#include "client/http_connection.h"

namespace boost::asio::ssl {
class context;
}

namespace generion::client {

// TLS 1.2 or newer. Errors: file_missing, bad_config.
Result<std::unique_ptr<boost::asio::ssl::context>> make_tls_context(const HttpOptions& options);

// Whether the server's certificate is the pinned one. Error unreachable.
Result<void> check_pin(SSL* connection, const HttpOptions& options, const Endpoint& endpoint);

// Why a handshake failed, with what to do. Error unreachable.
Error handshake_error(SSL* connection, const std::string& cause, const Endpoint& endpoint);

}  // namespace generion::client
