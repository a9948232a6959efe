// Virtual time: what is to happen, and when. Of two events of one moment the one that was asked for
// first comes first.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <vector>

namespace generion::sim {

class Events {
 public:
  using Action = std::move_only_function<void()>;

  std::uint64_t now_ms() const { return now_ms_; }

  void after(std::uint64_t delay_ms, Action action) {
    heap_.push_back({now_ms_ + delay_ms, ++order_, std::move(action)});
    std::push_heap(heap_.begin(), heap_.end(), is_later);
  }

  // The moment of the next event; asks for one.
  std::uint64_t next_ms() const { return heap_.front().at_ms; }
  bool empty() const { return heap_.empty(); }

  void run_next() {
    std::pop_heap(heap_.begin(), heap_.end(), is_later);
    Event event = std::move(heap_.back());
    heap_.pop_back();
    now_ms_ = event.at_ms;
    event.action();
  }

  void skip_to(std::uint64_t at_ms) { now_ms_ = std::max(now_ms_, at_ms); }

 private:
  struct Event {
    std::uint64_t at_ms = 0;
    std::uint64_t order = 0;
    Action action;
  };
  static bool is_later(const Event& a, const Event& b) {
    return a.at_ms != b.at_ms ? a.at_ms > b.at_ms : a.order > b.order;
  }

  std::vector<Event> heap_;
  std::uint64_t now_ms_ = 0;
  std::uint64_t order_ = 0;
};

}  // namespace generion::sim
