// The threads that check signatures, the CPU-heavy part of a node: one for each core. Votes go
// before transactions, so that a flood of transactions never delays agreement.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace generion::node {

enum class Urgency : std::uint8_t { vote, transaction };

class VerifyPool {
 public:
  using Job = std::move_only_function<void()>;

  // `transactions_max` bounds the jobs that wait with Urgency::transaction; votes are bounded by
  // their senders' queues. `drained` is called on a verify thread after a job that leaves none
  // waiting: what the jobs have put off until there are more of them is to be done then.
  VerifyPool(std::size_t threads, std::size_t transactions_max, std::function<void()> drained);
  ~VerifyPool();  // finishes the running jobs, drops the waiting ones
  VerifyPool(const VerifyPool&) = delete;
  VerifyPool& operator=(const VerifyPool&) = delete;

  // Any thread. False if the queue is full or the pool stops; the job was not taken then.
  bool submit(Urgency urgency, Job job);

  std::size_t waiting() const;
  std::size_t transactions_max() const { return transactions_max_; }
  std::size_t threads() const { return threads_.size(); }

 private:
  void run();

  mutable std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<Job> votes_;
  std::deque<Job> transactions_;
  const std::size_t transactions_max_;
  const std::function<void()> drained_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace generion::node
