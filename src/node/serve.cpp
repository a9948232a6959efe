// generiond's main loop: logging, signals, one node.
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <spdlog/spdlog.h>

#include <functional>
#include <mutex>
#include <thread>

#include "base/version.h"
#include "node/logging.h"
#include "node/node.h"

namespace generion::node {
namespace {

// Waits for the signals that end a node. They are blocked in every thread made later, which
// inherits the mask.
class StopSignals {
 public:
  StopSignals() {
    sigemptyset(&stopping_);
    sigaddset(&stopping_, SIGTERM);
    sigaddset(&stopping_, SIGINT);
    awaited_ = stopping_;
    sigaddset(&awaited_, SIGRTMIN);  // ends the waiting itself
    pthread_sigmask(SIG_BLOCK, &awaited_, nullptr);
  }

  // Calls `stop` at the first signal, from a thread of its own; a second signal ends the process at
  // once.
  void watch(std::function<void()> stop) {
    thread_ = std::thread([this, stop = std::move(stop)] {
      int signal = 0;
      sigwait(&awaited_, &signal);
      if (signal == SIGRTMIN) return;
      spdlog::info("{} received; stopping. Once more ends the process at once, which loses nothing",
                   signal == SIGINT ? "SIGINT" : "SIGTERM");
      pthread_sigmask(SIG_UNBLOCK, &stopping_, nullptr);
      stop();
      // Until the node has stopped a second signal finds this thread.
      sigset_t ending;
      sigemptyset(&ending);
      sigaddset(&ending, SIGRTMIN);
      sigwait(&ending, &signal);
    });
  }

  ~StopSignals() {
    if (!thread_.joinable()) return;
    pthread_kill(thread_.native_handle(), SIGRTMIN);
    thread_.join();
  }

 private:
  sigset_t stopping_{};
  sigset_t awaited_{};
  std::thread thread_;
};

// The node that runs, for who stops it: another one follows once a snapshot is complete.
class Running {
 public:
  void set(Node* node) {
    const std::lock_guard lock(mutex_);
    node_ = node;
    if (node_ != nullptr && is_stopped_) node_->request_stop();
  }
  void stop() {
    const std::lock_guard lock(mutex_);
    is_stopped_ = true;
    if (node_ != nullptr) node_->request_stop();
  }
  bool is_stopped() const {
    const std::lock_guard lock(mutex_);
    return is_stopped_;
  }

 private:
  mutable std::mutex mutex_;
  Node* node_ = nullptr;
  bool is_stopped_ = false;
};

// What is freed is soon wanted again, by any thread: handing it back to the system and asking for
// it anew costs a tenth of the time that is not spent on signatures.
void keep_freed_memory() {
#ifdef __GLIBC__
  ::mallopt(M_TRIM_THRESHOLD, 256 * 1024 * 1024);
  ::mallopt(M_TOP_PAD, 16 * 1024 * 1024);
  ::mallopt(M_MMAP_THRESHOLD, 4 * 1024 * 1024);
#endif
}

}  // namespace

Result<void> serve(const Config& config) {
  keep_freed_memory();
  ::signal(SIGPIPE, SIG_IGN);  // a log or a peer that went away is an error of that write only
  if (auto ok = start_logging(config.log); !ok) return ok;
  StopSignals signals;
  spdlog::info("generiond {} starts", version_text());
  Running running;
  signals.watch([&] { running.stop(); });
  auto node = Node::start(config);
  while (true) {
    if (!node) return fail(node.error());
    running.set(node->get());
    const Result<void> why = (*node)->wait();
    running.set(nullptr);
    (*node)->stop();
    const bool again = why && (*node)->wants_restart() && !running.is_stopped();
    if (!again) {
      spdlog::info("stopped");
      return why;
    }
    spdlog::info("the node starts again with the snapshot");
    node = Node::start_again(config, std::move(*node));
  }
}

}  // namespace generion::node
