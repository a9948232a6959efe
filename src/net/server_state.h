// What all connections of a server, and all of one listener, share.
#pragma once

#include <atomic>

#include "io/connections.h"
#include "net/asio.h"
#include "net/http_rules.h"
#include "net/http_server.h"

namespace generion::net {

struct Counters {
  std::atomic<std::uint64_t> accepted{0};
  std::atomic<std::uint64_t> requests{0};
  std::atomic<std::uint64_t> messages{0};
  std::atomic<std::uint64_t> refused_connections{0};
  std::atomic<std::uint64_t> refused_requests{0};
  std::atomic<std::uint64_t> slow_readers{0};
  std::atomic<std::uint64_t> timeouts{0};
  std::atomic<std::uint64_t> failures{0};
};

struct ServerState {
  explicit ServerState(const HttpLimits& http_limits)
      : limits(http_limits),
        connections(limits.connections_max, limits.connections_per_address_max),
        rates(limits.requests_per_second, limits.requests_burst) {}

  const HttpLimits limits;
  io::Connections connections;
  io::RateLimiter rates;
  Counters counters;
};

// Immutable once its listener accepts.
struct ListenerState {
  std::shared_ptr<ServerState> server;
  Rules rules;
  std::shared_ptr<HttpHandler> handler;
  std::shared_ptr<asio::ssl::context> tls;  // null: plain
};

// Serves the connection on its own strand until it ends.
void start_session(Socket socket, std::shared_ptr<const ListenerState> listener, Peer peer,
                   std::unique_ptr<io::Connections::Ticket> ticket);

}  // namespace generion::net
