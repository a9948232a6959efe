#include "rpc/subscriptions.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

namespace generion::rpc {

class Subscriptions::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(boost::asio::io_context& io, const Backend& backend, const SubscriptionLimits& limits)
      : shared_(std::make_shared<SubscriberShared>(io, backend, limits)) {}

  std::shared_ptr<Subscriber> open(net::Peer peer, std::shared_ptr<net::Channel> channel) {
    auto out = std::make_shared<Subscriber>(shared_, std::move(peer), std::move(channel));
    const std::lock_guard lock(mutex_);
    std::erase_if(subscribers_, [](const auto& weak) { return weak.expired(); });
    subscribers_.push_back(out);
    return out;
  }

  // On the thread that made the block: only asks an io thread to look.
  void on_block() {
    if (shared_->total == 0 || is_asked_.exchange(true)) return;
    boost::asio::post(shared_->io, [self = shared_from_this()] { self->wake_all(); });
  }

  void stop() { shared_->stopped = true; }
  std::size_t count() const { return shared_->total; }

 private:
  void wake_all() {
    is_asked_ = false;
    std::vector<std::shared_ptr<Subscriber>> woken;
    {
      const std::lock_guard lock(mutex_);
      for (const auto& weak : subscribers_) {
        if (auto subscriber = weak.lock()) woken.push_back(std::move(subscriber));
      }
    }
    for (const auto& subscriber : woken) subscriber->wake();
  }

  const std::shared_ptr<SubscriberShared> shared_;
  std::atomic<bool> is_asked_{false};  // a wake_all is posted and has not begun
  std::mutex mutex_;
  std::vector<std::weak_ptr<Subscriber>> subscribers_;  // guarded by mutex_
};

Subscriptions::Subscriptions(boost::asio::io_context& io, Backend& backend,
                             const SubscriptionLimits& limits)
    : backend_(backend), impl_(std::make_shared<Impl>(io, backend, limits)) {
  backend_.watch([impl = impl_] { impl->on_block(); });
}
Subscriptions::~Subscriptions() {
  stop();
}

std::shared_ptr<Subscriber> Subscriptions::open(net::Peer peer,
                                                std::shared_ptr<net::Channel> channel) {
  return impl_->open(std::move(peer), std::move(channel));
}

void Subscriptions::stop() {
  backend_.watch({});
  impl_->stop();
}

std::size_t Subscriptions::count() const {
  return impl_->count();
}

}  // namespace generion::rpc
