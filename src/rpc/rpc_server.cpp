#include "rpc/rpc_server.h"

#include <fmt/core.h>

#include "rpc/service.h"
#include "rpc/submissions.h"
#include "rpc/subscriptions.h"

namespace generion::rpc {

class RpcServer::Impl {
 public:
  Impl(boost::asio::io_context& io, Backend& backend, const RpcLimits& limits,
       const net::HttpLimits& http_limits)
      : backend_(backend),
        table_(node_methods()),
        submissions_(io, backend, limits.waiters_max, limits.wait_timeout),
        subscriptions_(io, backend, limits.subscriptions),
        dispatcher_(table_, Context{backend, submissions_}, limits.batch_max),
        http_(io, http_limits) {}

  Result<std::uint16_t> listen(const net::Listener& listener, const ListenerRules& rules) {
    auto gate = Gate::open(rules, listener, table_);
    if (!gate) return fail(gate.error());
    return http_.listen(listener, std::make_shared<Service>(dispatcher_, subscriptions_, backend_,
                                                            std::move(*gate)));
  }

  void stop(std::chrono::milliseconds grace) {
    submissions_.stop();
    subscriptions_.stop();
    http_.stop(grace);
  }

  net::HttpStats stats() const { return http_.stats(); }
  std::size_t waiting() const { return submissions_.waiting(); }
  std::size_t subscriptions() const { return subscriptions_.count(); }

 private:
  Backend& backend_;
  MethodTable table_;
  Submissions submissions_;
  Subscriptions subscriptions_;
  Dispatcher dispatcher_;
  net::HttpServer http_;  // last: its connections use all of the above
};

RpcServer::RpcServer(boost::asio::io_context& io, Backend& backend, const RpcLimits& limits,
                     const net::HttpLimits& http_limits)
    : impl_(std::make_unique<Impl>(io, backend, limits, http_limits)) {}
RpcServer::~RpcServer() {
  stop(std::chrono::milliseconds(0));
}

Result<std::uint16_t> RpcServer::listen(const net::Listener& listener, const ListenerRules& rules) {
  return impl_->listen(listener, rules);
}
void RpcServer::stop(std::chrono::milliseconds grace) {
  impl_->stop(grace);
}
net::HttpStats RpcServer::stats() const {
  return impl_->stats();
}
std::size_t RpcServer::waiting() const {
  return impl_->waiting();
}
std::size_t RpcServer::subscriptions() const {
  return impl_->subscriptions();
}

}  // namespace generion::rpc
