#include "node/rpc_service.h"

#include <spdlog/spdlog.h>

#include "io/io_threads.h"
#include "rpc/rpc_server.h"

namespace generion::node {
namespace {

constexpr std::chrono::seconds kStopGrace{5};

net::HttpLimits http_limits(const RpcConfig& config) {
  using std::chrono::milliseconds;
  net::HttpLimits out;
  out.header_bytes_max = config.header_bytes_max;
  out.body_bytes_max = config.body_bytes_max;
  out.message_bytes_max = config.body_bytes_max;
  out.connections_max = config.connections_max;
  out.connections_per_address_max = config.connections_per_address_max;
  out.requests_per_second = config.requests_per_second;
  out.requests_burst = 2 * config.requests_per_second;
  out.websocket_queue_max = config.websocket_queue_max;
  out.read_timeout = milliseconds(config.read_timeout_ms);
  out.idle_timeout = milliseconds(config.idle_timeout_ms);
  return out;
}

rpc::RpcLimits rpc_limits(const RpcConfig& config) {
  rpc::RpcLimits out;
  out.batch_max = config.batch_max;
  out.waiters_max = config.waiters_max;
  out.wait_timeout = std::chrono::milliseconds(config.wait_timeout_ms);
  out.subscriptions = {config.subscriptions_max, config.subscriptions_per_connection_max,
                       config.subscription_behind_max};
  return out;
}

rpc::Access access_of(RpcAccess access) {
  switch (access) {
    case RpcAccess::open:
      return rpc::Access::open;
    case RpcAccess::token:
      return rpc::Access::token;
    case RpcAccess::client_certificate:
      return rpc::Access::client_certificate;
  }
  return rpc::Access::token;
}

net::Listener tcp_listener(const RpcListener& listener, const RpcConfig& config) {
  net::Listener out;
  out.where = net::TcpAddress{listener.host, listener.port};
  if (!listener.tls_certificate.empty()) {
    out.tls = net::TlsFiles{listener.tls_certificate, listener.tls_key, listener.client_ca};
  }
  out.hosts = config.hosts;
  out.origins = config.origins;
  out.cors = config.cors;
  return out;
}

rpc::ListenerRules listener_rules(const RpcListener& listener) {
  rpc::ListenerRules out;
  out.access = access_of(listener.access);
  out.token_file = listener.token_file;
  out.methods = listener.methods;
  out.metrics = listener.metrics;
  return out;
}

}  // namespace

class RpcService::Impl {
 public:
  Impl(const Config& config, rpc::Backend& backend)
      : threads_(config.rpc.threads),
        server_(threads_.context(), backend, rpc_limits(config.rpc), http_limits(config.rpc)) {}

  Result<void> listen(const Config& config) {
    for (const RpcListener& listener : config.rpc.listeners) {
      const auto port =
          server_.listen(tcp_listener(listener, config.rpc), listener_rules(listener));
      if (!port) return fail(port.error());
      if (port_ == 0) port_ = *port;
      spdlog::info("RPC on {}://{}:{}", listener.tls_certificate.empty() ? "http" : "https",
                   listener.host, *port);
    }
    if (config.admin_socket.empty()) return {};
    net::Listener admin;
    admin.where = net::UnixAddress{config.admin_socket};
    rpc::ListenerRules rules;
    rules.metrics = true;
    if (auto ok = server_.listen(admin, rules); !ok) return fail(ok.error());
    spdlog::info("RPC and metrics on {}", config.admin_socket.string());
    return {};
  }

  void stop() { server_.stop(kStopGrace); }
  std::uint16_t port() const { return port_; }

 private:
  io::IoThreads threads_;
  rpc::RpcServer server_;
  std::uint16_t port_ = 0;
};

RpcService::RpcService(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RpcService::~RpcService() {
  stop();
}

Result<std::unique_ptr<RpcService>> RpcService::start(const Config& config, rpc::Backend& backend) {
  auto impl = std::make_unique<Impl>(config, backend);
  if (auto ok = impl->listen(config); !ok) return fail(ok.error());
  return std::unique_ptr<RpcService>(new RpcService(std::move(impl)));
}

void RpcService::stop() {
  impl_->stop();
}
std::uint16_t RpcService::port() const {
  return impl_->port();
}

}  // namespace generion::node
