#include "node/eraser.h"

#include <pthread.h>
#include <spdlog/spdlog.h>

#include <algorithm>

namespace generion::node {
namespace {

// Compaction rewrites files, so even a long erase_within is not put off to its end.
constexpr std::chrono::milliseconds kPauseMax = std::chrono::hours(1);

}  // namespace

Eraser::Eraser(ledger::Ledger& ledger, std::function<void(Error)> failed)
    : ledger_(ledger), failed_(std::move(failed)), thread_([this] { run(); }) {
  pthread_setname_np(thread_.native_handle(), "eraser");
}

Eraser::~Eraser() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stopping_changed_.notify_all();
  thread_.join();
}

std::chrono::milliseconds Eraser::pause() const {
  const std::chrono::milliseconds within(ledger_.epoch()->parameters.erase_within_ms);
  return std::min<std::chrono::milliseconds>(within / 2, kPauseMax);
}

void Eraser::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_changed_.wait_for(lock, pause(), [&] { return stopping_; })) {
    const std::uint64_t pending = ledger_.pending_erasures();
    if (pending == 0) continue;
    lock.unlock();
    const auto erased = ledger_.compact_erased();
    if (!erased) return failed_(erased.error());
    spdlog::info("the bytes of {} deleted attachments are gone from the disk", pending);
    lock.lock();
  }
}

}  // namespace generion::node
