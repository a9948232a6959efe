// The server side of TLS: 1.2 and 1.3 with the operator's certificate.
#pragma once

#include "net/asio.h"
#include "net/http_server.h"

namespace generion::net {

// Errors: file_missing, io_error (unreadable, or not PEM, or key and certificate do not belong
// together), bad_file_mode (a key that others may read). Each names the file.
Result<std::shared_ptr<asio::ssl::context>> make_tls_context(const TlsFiles& files);

// The common name in the client's verified certificate; empty if it showed none.
std::string client_certificate_name(TlsStream& stream);

}  // namespace generion::net
