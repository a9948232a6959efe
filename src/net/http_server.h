// The one HTTP and WebSocket server: bounded in everything, on TCP (plain or TLS) and Unix sockets.
//
//   io::IoThreads threads(2);
//   HttpServer server(threads.context(), limits);
//   auto port = server.listen({.where = TcpAddress{"127.0.0.1", 8645}}, handler);
//   ...
//   server.stop(5s);
//
// What it refuses by itself (limits, Host, Origin, media types) it answers with error_response's
// body; the rest goes to the listener's handler.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/error.h"
#include "io/tcp_address.h"
#include "net/http_message.h"

namespace boost::asio {
class io_context;
}

namespace generion::net {

struct HttpLimits {
  std::size_t header_bytes_max = 16 * 1024;
  std::size_t body_bytes_max = 8 * 1024 * 1024;
  std::size_t message_bytes_max = 8 * 1024 * 1024;  // one WebSocket message
  std::size_t connections_max = 1'024;
  std::size_t connections_per_address_max = 256;  // IPv6: per /64
  std::uint64_t requests_per_second = 2'000;      // of one address; 0: no limit
  std::uint64_t requests_burst = 4'000;
  // Messages of one connection that are being answered, or whose answer was not taken yet; then it
  // is not read.
  std::size_t websocket_queue_max = 256;
  // Answers waiting for one reader; then it is told so and cut off, as after write_timeout.
  std::size_t websocket_queue_bytes_max = 16 * 1024 * 1024;
  std::chrono::milliseconds read_timeout{10'000};   // from a request's first byte to its last
  std::chrono::milliseconds write_timeout{30'000};  // one response, or one message
  std::chrono::milliseconds idle_timeout{
      60'000};  // between requests; a WebSocket is pinged instead
};

using io::TcpAddress;

// Created with mode 0660; a socket file that nobody listens on is replaced.
struct UnixAddress {
  std::filesystem::path path;
};

struct TlsFiles {
  std::filesystem::path certificate;  // PEM, the chain
  std::filesystem::path key;          // PEM, readable by its owner only
  std::filesystem::path client_ca;  // PEM; if set, a client must show a certificate of one of these
};

struct Listener {
  std::variant<TcpAddress, UnixAddress> where;
  std::optional<TlsFiles> tls;
  bool plain_beyond_loopback = false;  // else an address beyond loopback needs `tls`
  // Names accepted in Host, without port, IPv6 in brackets. A Unix socket accepts all.
  std::vector<std::string> hosts{"localhost", "127.0.0.1", "[::1]"};
  std::vector<std::string>
      origins;  // accepted on /ws besides the server's own, such as "https://a.example"
  std::vector<std::string> cors;  // origins that browsers may call from
};

// Counters since the start, for metrics.
struct HttpStats {
  std::uint64_t connections = 0;  // open now
  std::uint64_t accepted = 0;
  std::uint64_t requests = 0;
  std::uint64_t messages = 0;  // WebSocket, received
  std::uint64_t refused_connections = 0;
  std::uint64_t refused_requests = 0;  // by a limit or an access rule of this layer
  std::uint64_t slow_readers = 0;      // cut off
  std::uint64_t timeouts = 0;
  std::uint64_t failures = 0;  // connections dropped because a handler threw
};

class HttpServer {
 public:
  // `io` must outlive the server and be run by at least one thread.
  HttpServer(boost::asio::io_context& io, const HttpLimits& limits);
  ~HttpServer();  // stops at once if `stop` was not called
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // Starts to accept; the bound port (0 for a Unix socket). Errors: port_in_use with the address;
  // bad_config (address, missing TLS); file_missing, bad_file_mode, io_error (certificate, key,
  // socket file).
  Result<std::uint16_t> listen(const Listener& listener, std::shared_ptr<HttpHandler> handler);

  // Stops accepting, lets what is being answered finish within `grace`, then cuts the rest; returns
  // when no connection is left. Not from an io thread. A second call does nothing.
  void stop(std::chrono::milliseconds grace);

  HttpStats stats() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace generion::net
