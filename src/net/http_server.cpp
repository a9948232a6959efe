#include "net/http_server.h"

#include <fmt/core.h>

#include "io/listen.h"
#include "net/listen_socket.h"
#include "net/server_state.h"
#include "net/tls_context.h"

namespace generion::net {
namespace {

constexpr std::chrono::milliseconds kAcceptPause{50};  // when the process is out of descriptors

Peer peer_of(const asio::ip::tcp::endpoint& endpoint, ServerState& server) {
  Peer out;
  out.address = endpoint.address().to_string();
  out.rate = server.rates.bucket(out.address, std::chrono::steady_clock::now());
  return out;
}

Peer peer_of(const asio::local::stream_protocol::endpoint&, ServerState&) {
  Peer out;
  out.address = "unix";
  return out;
}

// Accepts until it is closed.
template <class Acceptor>
class AcceptLoop : public std::enable_shared_from_this<AcceptLoop<Acceptor>> {
 public:
  using Protocol = typename Acceptor::protocol_type;

  AcceptLoop(asio::io_context& io, Acceptor acceptor, std::shared_ptr<const ListenerState> listener)
      : io_(io),
        acceptor_(std::move(acceptor)),
        pause_(acceptor_.get_executor()),
        listener_(std::move(listener)) {}

  void accept() {
    acceptor_.async_accept(asio::make_strand(io_), peer_endpoint_,
                           [self = this->shared_from_this()](
                               error_code ec, asio::basic_stream_socket<Protocol, Strand> socket) {
                             self->on_accepted(ec, std::move(socket));
                           });
  }

  void close() {
    asio::post(acceptor_.get_executor(), [self = this->shared_from_this()] {
      error_code ignored;
      self->acceptor_.close(ignored);
      self->pause_.cancel();
    });
  }

 private:
  void on_accepted(error_code ec, asio::basic_stream_socket<Protocol, Strand> socket) {
    if (!acceptor_.is_open()) return;
    if (!ec) {
      serve(std::move(socket));
    } else if (ec == asio::error::no_descriptors || ec == asio::error::no_memory ||
               ec == asio::error::no_buffer_space) {
      ++listener_->server->counters.refused_connections;
      pause_.expires_after(kAcceptPause);
      pause_.async_wait([self = this->shared_from_this()](error_code) {
        if (self->acceptor_.is_open()) self->accept();
      });
      return;
    }
    accept();
  }

  void serve(asio::basic_stream_socket<Protocol, Strand> socket) {
    ServerState& server = *listener_->server;
    Peer peer = peer_of(peer_endpoint_, server);
    auto ticket = server.connections.admit(listener_->rules.is_unix ? "" : peer.address);
    if (!ticket || ticket->admission() != io::Connections::Admission::admitted) {
      ++server.counters.refused_connections;
    }
    if (!ticket) return;
    ++server.counters.accepted;
    if constexpr (std::is_same_v<Protocol, asio::ip::tcp>) {
      error_code ignored;
      socket.set_option(asio::ip::tcp::no_delay(true), ignored);
    }
    start_session(Socket(std::move(socket)), listener_, std::move(peer), std::move(ticket));
  }

  asio::io_context& io_;
  Acceptor acceptor_;
  Timer pause_;
  std::shared_ptr<const ListenerState> listener_;
  typename Protocol::endpoint peer_endpoint_;
};

}  // namespace

class HttpServer::Impl {
 public:
  Impl(asio::io_context& io, const HttpLimits& limits)
      : io_(io), server_(std::make_shared<ServerState>(limits)) {}

  Result<std::uint16_t> listen(const Listener& config, std::shared_ptr<HttpHandler> handler) {
    auto state = std::make_shared<ListenerState>();
    state->server = server_;
    state->handler = std::move(handler);
    state->rules = {.is_unix = std::holds_alternative<UnixAddress>(config.where),
                    .is_tls = config.tls.has_value(),
                    .hosts = config.hosts,
                    .origins = config.origins,
                    .cors = config.cors};
    if (config.tls) {
      auto tls = make_tls_context(*config.tls);
      if (!tls) return fail(tls.error());
      state->tls = std::move(*tls);
    }
    if (const auto* tcp = std::get_if<TcpAddress>(&config.where))
      return listen_tcp(config, *tcp, state);
    return listen_unix(std::get<UnixAddress>(config.where), state);
  }

  void stop(std::chrono::milliseconds grace) {
    std::vector<std::function<void()>> closers;
    {
      const std::lock_guard lock(mutex_);
      if (stopped_) return;
      stopped_ = true;
      closers = std::move(closers_);
    }
    for (const auto& close : closers) close();
    server_->connections.stop(grace);
  }

  HttpStats stats() const {
    const Counters& from = server_->counters;
    return {.connections = server_->connections.open(),
            .accepted = from.accepted,
            .requests = from.requests,
            .messages = from.messages,
            .refused_connections = from.refused_connections,
            .refused_requests = from.refused_requests,
            .slow_readers = from.slow_readers,
            .timeouts = from.timeouts,
            .failures = from.failures};
  }

 private:
  Result<std::uint16_t> listen_tcp(const Listener& config, const TcpAddress& where,
                                   std::shared_ptr<const ListenerState> state) {
    if (!io::is_loopback(where) && !config.tls && !config.plain_beyond_loopback) {
      return fail(
          Code::bad_config,
          fmt::format("{} is not loopback, so it needs TLS: set a certificate and a key, or listen "
                      "on 127.0.0.1",
                      where.host));
    }
    auto acceptor = io::bind_tcp(where, asio::make_strand(io_));
    if (!acceptor) return fail(acceptor.error());
    error_code ignored;
    const std::uint16_t port = acceptor->local_endpoint(ignored).port();
    run(std::move(*acceptor), std::move(state), [] {});
    return port;
  }

  Result<std::uint16_t> listen_unix(const UnixAddress& where,
                                    std::shared_ptr<const ListenerState> state) {
    auto acceptor = bind_unix(where, asio::make_strand(io_));
    if (!acceptor) return fail(acceptor.error());
    run(std::move(*acceptor), std::move(state), [path = where.path] {
      std::error_code ignored;
      std::filesystem::remove(path, ignored);
    });
    return std::uint16_t{0};
  }

  template <class Acceptor>
  void run(Acceptor acceptor, std::shared_ptr<const ListenerState> state,
           std::function<void()> clean_up) {
    auto loop = std::make_shared<AcceptLoop<Acceptor>>(io_, std::move(acceptor), std::move(state));
    loop->accept();
    const std::lock_guard lock(mutex_);
    closers_.push_back([loop, clean_up = std::move(clean_up)] {
      loop->close();
      clean_up();
    });
  }

  asio::io_context& io_;
  std::shared_ptr<ServerState> server_;
  std::mutex mutex_;
  bool stopped_ = false;                        // guarded by mutex_
  std::vector<std::function<void()>> closers_;  // guarded by mutex_; of the listeners
};

HttpServer::HttpServer(boost::asio::io_context& io, const HttpLimits& limits)
    : impl_(std::make_unique<Impl>(io, limits)) {}

HttpServer::~HttpServer() {
  stop(std::chrono::milliseconds(0));
}

Result<std::uint16_t> HttpServer::listen(const Listener& listener,
                                         std::shared_ptr<HttpHandler> handler) {
  return impl_->listen(listener, std::move(handler));
}

void HttpServer::stop(std::chrono::milliseconds grace) {
  impl_->stop(grace);
}

HttpStats HttpServer::stats() const {
  return impl_->stats();
}

}  // namespace generion::net
