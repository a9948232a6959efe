// All subscriptions of a server: who has one is woken whenever there are new blocks.
#pragma once

#include <memory>

#include "rpc/subscriber.h"

namespace generion::rpc {

// Safe from any thread.
class Subscriptions {
 public:
  // `io` and `backend` must outlive this object and what runs on `io`.
  Subscriptions(boost::asio::io_context& io, Backend& backend, const SubscriptionLimits& limits);
  ~Subscriptions();
  Subscriptions(const Subscriptions&) = delete;
  Subscriptions& operator=(const Subscriptions&) = delete;

  // For one WebSocket; it is woken as long as it lives.
  std::shared_ptr<Subscriber> open(net::Peer peer, std::shared_ptr<net::Channel> channel);

  // Tells nothing any more.
  void stop();

  std::size_t count() const;

 private:
  class Impl;
  Backend& backend_;
  std::shared_ptr<Impl> impl_;
};

// The calls of one message: a subscription begins when the message has been answered.
struct SubscriptionCalls {
  std::shared_ptr<Subscriber> subscriber;
  std::vector<std::uint64_t> made;
};

}  // namespace generion::rpc
