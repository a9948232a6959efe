// Boost.Asio and Beast for this folder's .cpp files; no public header includes it.
#pragma once

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>

#include "io/asio.h"

namespace generion::net {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;
using io::Awaitable;
using io::error_code;
using io::kAwait;
using io::Socket;
using io::Strand;
using io::Timer;
using io::TlsStream;

using ParsedRequest = http::request<http::string_body>;

}  // namespace generion::net
