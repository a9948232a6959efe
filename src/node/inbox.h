// Hands events from many threads to the one thread that owns a piece of state. The owner takes all
// that has come at once, so a burst costs one wake-up.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <vector>

namespace generion::node {

template <class Event>
class Inbox {
 public:
  // Any thread. Without effect once closed.
  void push(Event event) { push_and_wake_at(std::move(event), 1); }

  // As push, but the owner may go on sleeping until kLazyMax such events are there, or `wake` or
  // another push comes. Whoever calls this sees to it that one of them does.
  void push_lazily(Event event) { push_and_wake_at(std::move(event), kLazyMax); }

  // Any thread: the owner takes what has come.
  void wake() {
    {
      const std::lock_guard lock(mutex_);
      if (events_.empty() || is_woken_) return;
      is_woken_ = true;
    }
    ready_.notify_one();
  }

  // The owner: waits until something has come, `deadline` has passed (then the answer is empty) or
  // the inbox is closed and empty (then there is none).
  template <class TimePoint>
  std::optional<std::vector<Event>> take_until(TimePoint deadline) {
    std::unique_lock lock(mutex_);
    ready_.wait_until(lock, deadline, [&] { return closed_ || is_woken_; });
    return take_locked();
  }

  // As take_until, without a deadline.
  std::optional<std::vector<Event>> take() {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [&] { return closed_ || is_woken_; });
    return take_locked();
  }

  // What has come is still taken; later events are dropped.
  void close() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    ready_.notify_all();
  }

  std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return events_.size();
  }

 private:
  static constexpr std::size_t kLazyMax = 32;

  void push_and_wake_at(Event event, std::size_t count) {
    {
      const std::lock_guard lock(mutex_);
      if (closed_) return;
      events_.push_back(std::move(event));
      if (is_woken_ || events_.size() < count) return;
      is_woken_ = true;
    }
    ready_.notify_one();
  }

  std::optional<std::vector<Event>> take_locked() {
    is_woken_ = false;
    if (closed_ && events_.empty()) return std::nullopt;
    std::vector<Event> out;
    out.swap(events_);
    return out;
  }

  mutable std::mutex mutex_;
  std::condition_variable ready_;
  std::vector<Event> events_;
  bool is_woken_ = false;  // the owner was told of the events and has not taken them yet
  bool closed_ = false;
};

}  // namespace generion::node
