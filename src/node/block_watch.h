// Tells whoever watches the chain that blocks were executed or sealed, and when the last was.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>

#include "node/clock.h"

namespace generion::node {

// Safe from any thread.
class BlockWatch {
 public:
  // As rpc::Backend::watch.
  void watch(std::function<void()> listener) {
    const std::lock_guard lock(mutex_);
    listener_ = std::move(listener);
  }
  void notify() {
    last_ms_ = read_clocks().monotonic.value();
    const std::lock_guard lock(mutex_);
    if (listener_) listener_();
  }
  // Since the last notify; without one, since this object was made.
  std::uint64_t quiet_ms() const { return read_clocks().monotonic.value() - last_ms_; }

 private:
  std::atomic<std::uint64_t> last_ms_{read_clocks().monotonic.value()};
  mutable std::mutex mutex_;
  std::function<void()> listener_;  // guarded by mutex_; returns at once
};

}  // namespace generion::node
