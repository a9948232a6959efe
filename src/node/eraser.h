// The thread that removes the bytes of deleted attachments from every file, in time: within half of
// the epoch's erase_within, so that a restart in between does not miss it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "ledger/ledger.h"

namespace generion::node {

class Eraser {
 public:
  // `failed` is called on the eraser's thread when the disk refused; nothing is erased after that.
  Eraser(ledger::Ledger& ledger, std::function<void(Error)> failed);
  ~Eraser();  // lets a running compaction end

 private:
  std::chrono::milliseconds pause() const;
  void run();

  ledger::Ledger& ledger_;
  std::function<void(Error)> failed_;
  std::mutex mutex_;
  std::condition_variable stopping_changed_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace generion::node
