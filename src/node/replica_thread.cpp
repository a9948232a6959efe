#include "node/replica_thread.h"

#include <pthread.h>

namespace generion::node {

ReplicaThread::~ReplicaThread() {
  stop();
}

void ReplicaThread::run(ReplicaRunner& runner) {
  thread_ = std::thread([this, &runner] { loop(runner); });
  pthread_setname_np(thread_.native_handle(), "replica");
}

void ReplicaThread::stop() {
  inbox_.close();
  if (thread_.joinable()) thread_.join();
}

RunnerStatus ReplicaThread::status() const {
  const std::lock_guard lock(status_mutex_);
  return status_;
}

void ReplicaThread::loop(ReplicaRunner& runner) {
  runner.start();
  while (auto tasks = inbox_.take_until(runner.next_tick())) {
    for (ReplicaTask& task : *tasks) task(runner);
    runner.tick();
    RunnerStatus status = runner.status();
    const std::lock_guard lock(status_mutex_);
    status_ = std::move(status);
  }
  runner.stop();
}

}  // namespace generion::node
