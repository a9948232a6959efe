#include "node/verify_pool.h"

#include <pthread.h>

#include <string>

namespace generion::node {

VerifyPool::VerifyPool(std::size_t threads, std::size_t transactions_max,
                       std::function<void()> drained)
    : transactions_max_(transactions_max), drained_(std::move(drained)) {
  threads_.reserve(threads);
  for (std::size_t i = 0; i < threads; ++i) {
    threads_.emplace_back([this] { run(); });
    pthread_setname_np(threads_.back().native_handle(), ("verify-" + std::to_string(i)).c_str());
  }
}

VerifyPool::~VerifyPool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  ready_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool VerifyPool::submit(Urgency urgency, Job job) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return false;
    if (urgency == Urgency::vote) {
      votes_.push_back(std::move(job));
    } else {
      if (transactions_.size() >= transactions_max_) return false;
      transactions_.push_back(std::move(job));
    }
  }
  ready_.notify_one();
  return true;
}

std::size_t VerifyPool::waiting() const {
  const std::lock_guard lock(mutex_);
  return votes_.size() + transactions_.size();
}

void VerifyPool::run() {
  while (true) {
    Job job;
    {
      std::unique_lock lock(mutex_);
      ready_.wait(lock, [&] { return stopping_ || !votes_.empty() || !transactions_.empty(); });
      if (stopping_) return;
      std::deque<Job>& queue = votes_.empty() ? transactions_ : votes_;
      job = std::move(queue.front());
      queue.pop_front();
    }
    job();
    if (waiting() == 0) drained_();
  }
}

}  // namespace generion::node
