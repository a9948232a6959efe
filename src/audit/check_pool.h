// Checks blocks on all cores and gives them back in their order. What is in it is bounded by
// limits::kAuditBytesInFlight, but for one block.
//
//   while (!pool.is_full()) pool.add(block);
//   auto next = pool.take();          // waits
//
// add, is_full and take belong to one thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "audit/checked_block.h"

namespace generion::audit {

class CheckPool {
 public:
  CheckPool(std::size_t threads, const Hash& chain);
  ~CheckPool();  // what was not taken is dropped
  CheckPool(const CheckPool&) = delete;
  CheckPool& operator=(const CheckPool&) = delete;

  bool is_full() const;
  bool is_empty() const { return waiting_.empty(); }
  void add(std::unique_ptr<CheckedBlock> block);
  // The oldest one, once it is checked. Not to be called when it is empty.
  std::unique_ptr<CheckedBlock> take();

  // Processor time that all threads together spent in checks.
  std::chrono::nanoseconds checking() const;

 private:
  struct Work {
    std::unique_ptr<CheckedBlock> block;
    std::size_t bytes = 0;
    std::size_t open = 0;  // slices that are not done; guarded by mutex_
  };
  struct Slice {
    Work* work = nullptr;
    std::uint32_t first = 0;
    std::uint32_t end = 0;
    bool seals = false;
  };
  void run();
  void check(const Slice& slice) const;

  const Hash chain_;
  std::deque<std::unique_ptr<Work>> waiting_;  // of the one thread
  std::size_t bytes_ = 0;
  mutable std::mutex mutex_;  // guards what follows, and Work::open
  std::condition_variable has_work_;
  std::condition_variable has_result_;
  std::deque<Slice> slices_;
  std::chrono::nanoseconds checking_{0};
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace generion::audit
