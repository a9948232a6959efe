// What one listener serves: its paths, behind its gate.
#pragma once

#include "net/http_message.h"
#include "rpc/access.h"
#include "rpc/dispatcher.h"

namespace generion::rpc {

// Immutable; any thread. `dispatcher` and `backend` must outlive it.
class Service : public net::HttpHandler {
 public:
  Service(const Dispatcher& dispatcher, const Backend& backend, Gate gate);

  void on_request(net::Request request, net::Respond respond) override;
  std::optional<net::Response> refuse_upgrade(const net::Request& request) override;
  void on_message(const net::Peer& peer, std::string message, net::Reply reply) override;

 private:
  net::Response read(const net::Request& request) const;
  net::Response ready() const;
  net::Response unknown_path(std::string_view path) const;

  const Dispatcher& dispatcher_;
  const Backend& backend_;
  const Gate gate_;
  const std::string openrpc_;
};

}  // namespace generion::rpc
