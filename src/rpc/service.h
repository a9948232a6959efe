// What one listener serves: its paths, behind its gate.
#pragma once

#include "net/http_message.h"
#include "rpc/access.h"
#include "rpc/dispatcher.h"
#include "rpc/identity_paths.h"
#include "rpc/subscriptions.h"

namespace generion::rpc {

// Immutable; any thread. What it refers to must outlive it.
class Service : public net::HttpHandler {
 public:
  Service(const Dispatcher& dispatcher, Subscriptions& subscriptions, const Backend& backend,
          Gate gate);

  void on_request(net::Request request, net::Respond respond) override;
  std::optional<net::Response> refuse_upgrade(const net::Request& request) override;
  std::unique_ptr<net::MessageHandler> on_open(net::Peer peer,
                                               std::shared_ptr<net::Channel> channel) override;

 private:
  class Messages;

  net::Response read(const net::Request& request) const;
  std::string health(const net::Request& request) const;
  net::Response ready() const;
  net::Response unknown_path(std::string_view path) const;

  const Dispatcher& dispatcher_;
  Subscriptions& subscriptions_;
  const Backend& backend_;
  const Gate gate_;
  const IdentityPaths identity_;
  const std::string openrpc_;
};

}  // namespace generion::rpc
