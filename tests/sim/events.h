// Virtual time, in units of the caller: what is to happen, and when. Of two events of one moment
// the one that was asked for first comes first.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <vector>

namespace generion::sim {

class Events {
 public:
  using Action = std::move_only_function<void()>;

  std::uint64_t now() const { return now_; }

  void after(std::uint64_t delay, Action action) {
    heap_.push_back({now_ + delay, ++order_, std::move(action)});
    std::push_heap(heap_.begin(), heap_.end(), is_later);
  }

  // The moment of the next event; asks for one.
  std::uint64_t next() const { return heap_.front().at; }
  bool empty() const { return heap_.empty(); }

  void run_next() {
    std::pop_heap(heap_.begin(), heap_.end(), is_later);
    Event event = std::move(heap_.back());
    heap_.pop_back();
    now_ = event.at;
    event.action();
  }

  void skip_to(std::uint64_t at) { now_ = std::max(now_, at); }

 private:
  struct Event {
    std::uint64_t at = 0;
    std::uint64_t order = 0;
    Action action;
  };
  static bool is_later(const Event& a, const Event& b) {
    return a.at != b.at ? a.at > b.at : a.order > b.order;
  }

  std::vector<Event> heap_;
  std::uint64_t now_ = 0;
  std::uint64_t order_ = 0;
};

}  // namespace generion::sim
