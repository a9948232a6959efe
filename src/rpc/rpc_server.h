// The node's RPC, listening: JSON-RPC on POST / and /ws, GET /<method>, /health, /ready, /metrics,
// /openrpc.json.
//
//   RpcServer server(io_threads.context(), backend, {}, {});
//   auto port = server.listen({.where = net::TcpAddress{"127.0.0.1", 8645}}, {});
//   ...
//   server.stop(5s);
#pragma once

#include "net/http_server.h"
#include "rpc/access.h"
#include "rpc/backend.h"
#include "rpc/subscriber.h"

namespace generion::rpc {

struct RpcLimits {
  std::size_t batch_max = 1'000;     // calls in one JSON-RPC batch
  std::size_t waiters_max = 50'000;  // sendTransaction calls that wait at once
  std::chrono::milliseconds wait_timeout{30'000};
  SubscriptionLimits subscriptions;
};

class RpcServer {
 public:
  // `io` and `backend` must outlive the server; `io` is run by at least one thread.
  RpcServer(boost::asio::io_context& io, Backend& backend, const RpcLimits& limits,
            const net::HttpLimits& http_limits);
  ~RpcServer();  // stops at once if `stop` was not called
  RpcServer(const RpcServer&) = delete;
  RpcServer& operator=(const RpcServer&) = delete;

  // The bound port (0 for a Unix socket). Errors: those of HttpServer::listen and Gate::open.
  Result<std::uint16_t> listen(const net::Listener& listener, const ListenerRules& rules);

  // Answers who waits with shutting_down, then as HttpServer::stop. Not from an io thread.
  void stop(std::chrono::milliseconds grace);

  net::HttpStats stats() const;
  std::size_t waiting() const;        // sendTransaction calls
  std::size_t subscriptions() const;  // of all WebSockets

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace generion::rpc
