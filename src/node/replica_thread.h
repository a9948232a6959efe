// The replica thread: takes tasks in bulk, runs them on the ReplicaRunner, publishes a copy of its
// status.
#pragma once

#include <mutex>
#include <thread>

#include "node/inbox.h"
#include "node/replica_runner.h"

namespace generion::node {

class ReplicaThread {
 public:
  ReplicaThread() = default;
  ~ReplicaThread();

  // Any thread, also before `run`. Dropped once stopped.
  void post(ReplicaTask task) { inbox_.push(std::move(task)); }

  // As post, but it may wait for others, so that many cost one wake-up: whoever calls it calls
  // `wake` in time, or sees to it that another does.
  void post_lazily(ReplicaTask task) { inbox_.push_lazily(std::move(task)); }
  void wake() { inbox_.wake(); }

  // Starts the thread; `runner` must live until `stop`.
  void run(ReplicaRunner& runner);

  // Runs what was posted, lets the runner say good-bye to its waiters, ends the thread.
  void stop();

  RunnerStatus status() const;

 private:
  void loop(ReplicaRunner& runner);

  Inbox<ReplicaTask> inbox_;
  mutable std::mutex status_mutex_;
  RunnerStatus status_;
  std::thread thread_;
};

}  // namespace generion::node
