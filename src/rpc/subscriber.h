// The subscriptions of one WebSocket. Nothing is kept for a reader but how far he has been told:
// the next notification is made when he has taken the one before, from the blocks that the node
// keeps. So none is left out or told twice, and a slow reader costs no memory.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "net/http_message.h"
#include "rpc/method.h"
#include "rpc/subscription.h"

namespace boost::asio {
class io_context;
}

namespace generion::rpc {

struct SubscriptionLimits {
  std::size_t total_max = 1'000;
  std::size_t per_connection_max = 16;
  // Blocks that a reader who had caught up may be behind; then he is cut off.
  std::uint64_t behind_max = 1'000;
};

// What all subscribers of a server share.
struct SubscriberShared {
  SubscriberShared(boost::asio::io_context& io_context, const Backend& node,
                   const SubscriptionLimits& bounds)
      : io(io_context), backend(node), limits(bounds) {}

  boost::asio::io_context& io;
  const Backend& backend;
  const SubscriptionLimits limits;
  BlockReader blocks{backend};
  std::atomic<std::size_t> total{0};  // subscriptions
  std::atomic<bool> stopped{false};
};

// Safe from any thread.
class Subscriber : public std::enable_shared_from_this<Subscriber> {
 public:
  Subscriber(std::shared_ptr<SubscriberShared> shared, net::Peer peer,
             std::shared_ptr<net::Channel> channel);
  ~Subscriber();

  // A new subscription, which tells nothing before `start`. Errors: too_many, overloaded (limits),
  // height_ahead, height_gone (from_height is not kept), bad_params.
  std::expected<Subscription, Failure> add(const Arguments& arguments);
  // The caller has been told of these subscriptions.
  void start(const std::vector<std::uint64_t>& ids);
  // False: there is none. Nothing is told about it any more.
  bool remove(std::uint64_t id);

  // There may be something to tell.
  void wake();
  // "; resume from height 7": the lowest height that was not told; empty without subscriptions.
  std::string advice() const;
  // The connection has ended.
  void close();

 private:
  struct Timer;
  struct Entry {
    Subscription subscription;
    bool is_started = false;
  };

  void run();
  void run_later();
  bool run_after_charge();
  std::optional<Subscription> choose();
  void finish_turn(const Subscription& subscription, Result<std::optional<std::string>> text);
  std::optional<std::string> too_far_behind() const;
  std::string resume_hint() const;
  void end();
  Entry* find(std::uint64_t id);
  void forget(std::size_t place);

  const std::shared_ptr<SubscriberShared> shared_;
  const net::Peer peer_;
  const std::shared_ptr<net::Channel> channel_;
  mutable std::mutex mutex_;
  // All guarded by mutex_.
  std::vector<Entry> entries_;
  std::uint64_t last_id_ = 0;
  std::size_t turn_ = 0;     // whose turn it is
  bool is_running_ = false;  // a run is under way, or waits for its reader or its rate
  bool is_closed_ = false;
  const std::unique_ptr<Timer> timer_;
};

}  // namespace generion::rpc
