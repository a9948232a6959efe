// Tells whoever watches the chain that blocks were executed or sealed.
#pragma once

#include <functional>
#include <mutex>

namespace generion::node {

// Safe from any thread.
class BlockWatch {
 public:
  // As rpc::Backend::watch.
  void watch(std::function<void()> listener) {
    const std::lock_guard lock(mutex_);
    listener_ = std::move(listener);
  }
  void notify() const {
    const std::lock_guard lock(mutex_);
    if (listener_) listener_();
  }

 private:
  mutable std::mutex mutex_;
  std::function<void()> listener_;  // guarded by mutex_; returns at once
};

}  // namespace generion::node
