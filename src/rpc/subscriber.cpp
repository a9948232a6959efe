#include "rpc/subscriber.h"

#include <fmt/core.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

namespace generion::rpc {

struct Subscriber::Timer {
  boost::asio::steady_timer timer;
};

Subscriber::Subscriber(std::shared_ptr<SubscriberShared> shared, net::Peer peer,
                       std::shared_ptr<net::Channel> channel)
    : shared_(std::move(shared)),
      peer_(std::move(peer)),
      channel_(std::move(channel)),
      timer_(std::make_unique<Timer>(boost::asio::steady_timer(shared_->io))) {}
Subscriber::~Subscriber() = default;

std::expected<Subscription, Failure> Subscriber::add(const Arguments& arguments) {
  auto subscription = parse_subscription(arguments);
  if (!subscription) return std::unexpected(subscription.error());
  const Height last = last_height(*subscription, shared_->backend.heights());
  subscription->next = Height(arguments.number("from_height").value_or(last.value() + 1));
  if (subscription->next > last.next()) {
    return std::unexpected(Error{
        Code::height_ahead,
        fmt::format("from_height is {}, the newest {} height is {}; ask for at "
                    "most the one after it",
                    subscription->next.value(),
                    subscription->wait == Wait::sealed ? "sealed" : "executed", last.value())});
  }
  if (subscription->next <= last) {
    const auto block = shared_->blocks.read(subscription->next, Detail::block);
    if (!block && block.error().code == Code::not_found) {
      return std::unexpected(Error{Code::height_gone, block.error().message});
    }
    if (!block) return std::unexpected(block.error());
  }
  const SubscriptionLimits& limits = shared_->limits;
  const std::lock_guard lock(mutex_);
  if (entries_.size() >= limits.per_connection_max) {
    Failure failure(Error{Code::too_many,
                          fmt::format("this connection has {} subscriptions, the most that one may "
                                      "have; unsubscribe from one of them",
                                      entries_.size())});
    failure.limit = limits.per_connection_max;
    return std::unexpected(std::move(failure));
  }
  if (shared_->total.fetch_add(1) >= limits.total_max) {
    --shared_->total;
    Failure failure(
        Error{Code::overloaded, fmt::format("this node serves {} subscriptions, the most that it "
                                            "may; try another node",
                                            limits.total_max)});
    failure.limit = limits.total_max;
    return std::unexpected(std::move(failure));
  }
  subscription->id = ++last_id_;
  entries_.push_back({*subscription});
  return std::move(*subscription);
}

void Subscriber::start(const std::vector<std::uint64_t>& ids) {
  {
    const std::lock_guard lock(mutex_);
    for (const std::uint64_t id : ids) {
      if (Entry* entry = find(id)) entry->is_started = true;
    }
  }
  wake();
}

bool Subscriber::remove(std::uint64_t id) {
  const std::lock_guard lock(mutex_);
  Entry* entry = find(id);
  if (entry == nullptr) return false;
  forget(static_cast<std::size_t>(entry - entries_.data()));
  return true;
}

void Subscriber::close() {
  const std::lock_guard lock(mutex_);
  end();
}

void Subscriber::end() {
  is_closed_ = true;
  while (!entries_.empty()) forget(entries_.size() - 1);
}

std::string Subscriber::advice() const {
  const std::lock_guard lock(mutex_);
  return resume_hint();
}

std::string Subscriber::resume_hint() const {
  if (entries_.empty()) return {};
  Height lowest = entries_.front().subscription.next;
  for (const Entry& entry : entries_) lowest = std::min(lowest, entry.subscription.next);
  return fmt::format("; resume from height {}", lowest.value());
}

Subscriber::Entry* Subscriber::find(std::uint64_t id) {
  const auto found = std::find_if(entries_.begin(), entries_.end(),
                                  [id](const Entry& entry) { return entry.subscription.id == id; });
  return found == entries_.end() ? nullptr : &*found;
}

void Subscriber::forget(std::size_t place) {
  entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(place));
  --shared_->total;
}

void Subscriber::wake() {
  const std::lock_guard lock(mutex_);
  if (is_closed_ || entries_.empty()) return;
  if (auto reason = too_far_behind()) {
    end();
    return channel_->cut_off(std::move(*reason));
  }
  // Whoever runs looks at the newest height before he ends.
  if (is_running_) return;
  is_running_ = true;
  run_later();
}

// Why a reader is cut off who takes too little; one who takes nothing is noticed by his socket's
// time limit.
std::optional<std::string> Subscriber::too_far_behind() const {
  const Heights heights = shared_->backend.heights();
  for (const Entry& entry : entries_) {
    const Subscription& subscription = entry.subscription;
    const Height last = last_height(subscription, heights);
    if (!subscription.is_live || last < subscription.next) continue;
    const std::uint64_t behind = last.value() - subscription.next.value() + 1;
    if (behind <= shared_->limits.behind_max) continue;
    return fmt::format("reader too slow: {} blocks behind, at most {}{}", behind,
                       shared_->limits.behind_max, resume_hint());
  }
  return std::nullopt;
}

void Subscriber::run_later() {
  boost::asio::post(shared_->io, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->run();
  });
}

// One piece of work; the next one follows when the reader has taken what came of it.
void Subscriber::run() {
  auto subscription = choose();
  if (!subscription) return;
  const Height last = last_height(*subscription, shared_->backend.heights());
  auto text = advance(*subscription, last, shared_->blocks, shared_->backend);
  finish_turn(*subscription, std::move(text));
}

// The next one, in turn, that has something to read; nullopt if the run is over, or goes on later.
std::optional<Subscription> Subscriber::choose() {
  const std::lock_guard lock(mutex_);
  if (!is_closed_ && !shared_->stopped) {
    const Heights heights = shared_->backend.heights();
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      Entry& entry = entries_[(turn_ + i) % entries_.size()];
      if (!entry.is_started) continue;
      Subscription& subscription = entry.subscription;
      if (subscription.next > last_height(subscription, heights)) {
        subscription.is_live = true;
        continue;
      }
      turn_ = (turn_ + i + 1) % entries_.size();
      if (!subscription.is_live && run_after_charge()) return std::nullopt;
      return subscription;
    }
  }
  is_running_ = false;
  return std::nullopt;
}

// Reading what is long past costs the caller's rate, as calls would. True: it is used up, and the
// run goes on when it no longer is.
bool Subscriber::run_after_charge() {
  if (!peer_.rate) return false;
  const auto wait = peer_.rate->take(1, std::chrono::steady_clock::now());
  if (wait.count() == 0) return false;
  timer_->timer.expires_after(wait);
  timer_->timer.async_wait([weak = weak_from_this()](boost::system::error_code ec) {
    const auto self = ec ? nullptr : weak.lock();
    if (self) self->run();
  });
  return true;
}

void Subscriber::finish_turn(const Subscription& subscription,
                             Result<std::optional<std::string>> text) {
  const std::lock_guard lock(mutex_);
  Entry* entry = find(subscription.id);
  if (entry == nullptr || is_closed_) return run_later();  // unsubscribed meanwhile
  if (text && !*text) {
    entry->subscription = subscription;
    return run_later();
  }
  std::string message = text ? std::move(**text) : end_notification(subscription, text.error());
  if (text) {
    entry->subscription = subscription;
  } else {
    forget(static_cast<std::size_t>(entry - entries_.data()));
  }
  channel_->push(std::move(message), [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->run_later();
  });
}

}  // namespace generion::rpc
