// generiond's main loop: logging, signals, one node.
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <spdlog/spdlog.h>

#include <functional>
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
  auto node = Node::start(config);
  if (!node) return fail(node.error());
  signals.watch([&] { (*node)->request_stop(); });
  const Result<void> why = (*node)->wait();
  (*node)->stop();
  spdlog::info("stopped");
  return why;
}

}  // namespace generion::node
