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
  void push(Event event) {
    bool wake = false;
    {
      const std::lock_guard lock(mutex_);
      if (closed_) return;
      wake = events_.empty();
      events_.push_back(std::move(event));
    }
    if (wake) ready_.notify_one();
  }

  // The owner: waits until something has come, `deadline` has passed (then the answer is empty) or
  // the inbox is closed and empty (then there is none).
  template <class TimePoint>
  std::optional<std::vector<Event>> take_until(TimePoint deadline) {
    std::unique_lock lock(mutex_);
    ready_.wait_until(lock, deadline, [&] { return closed_ || !events_.empty(); });
    return take_locked();
  }

  // As take_until, without a deadline.
  std::optional<std::vector<Event>> take() {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [&] { return closed_ || !events_.empty(); });
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
  std::optional<std::vector<Event>> take_locked() {
    if (closed_ && events_.empty()) return std::nullopt;
    std::vector<Event> out;
    out.swap(events_);
    return out;
  }

  mutable std::mutex mutex_;
  std::condition_variable ready_;
  std::vector<Event> events_;
  bool closed_ = false;
};

}  // namespace generion::node
