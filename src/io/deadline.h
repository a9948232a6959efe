// One deadline of a connection, moved forward cheaply: the timer is set again only when it wakes.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "io/asio.h"

namespace generion::io {

// Used on its strand only, and made by make_shared: a wait keeps it alive, not its owner, who calls
// `stop` at his end.
class Deadline : public std::enable_shared_from_this<Deadline> {
 public:
  // `on_expiry` may refer to the owner: it is not called after `stop`.
  Deadline(const Strand& strand, std::function<void()> on_expiry)
      : timer_(strand), on_expiry_(std::move(on_expiry)) {}

  void set(std::chrono::milliseconds from_now) {
    if (stopped_) return;
    at_ = std::chrono::steady_clock::now() + from_now;
    expired_ = false;
    if (!wakes_at_ || *at_ < *wakes_at_) arm();
  }
  void clear() { at_.reset(); }
  bool is_set() const { return at_.has_value(); }
  // Whether the deadline passed since the last `set`.
  bool expired() const { return expired_; }
  void stop() {
    stopped_ = true;
    at_.reset();
    timer_.cancel();
  }

 private:
  void arm() {
    wakes_at_ = at_;
    timer_.expires_at(*at_);  // cancels an earlier wait
    timer_.async_wait([self = shared_from_this()](error_code ec) {
      if (!ec) self->on_wake();
    });
  }
  void on_wake() {
    wakes_at_.reset();
    if (stopped_ || !at_) return;
    if (std::chrono::steady_clock::now() < *at_) return arm();
    at_.reset();
    expired_ = true;
    on_expiry_();
  }

  Timer timer_;
  std::function<void()> on_expiry_;
  std::optional<std::chrono::steady_clock::time_point> at_;
  std::optional<std::chrono::steady_clock::time_point> wakes_at_;
  bool expired_ = false;
  bool stopped_ = false;
};

}  // namespace generion::io
