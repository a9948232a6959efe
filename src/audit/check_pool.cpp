#include "audit/check_pool.h"

#include <algorithm>

#include "audit/cpu_time.h"
#include "base/assert.h"
#include "base/limits.h"

namespace generion::audit {
namespace {

constexpr std::uint32_t kSliceTransactions = 32;

std::size_t bytes_of(const CheckedBlock& block) {
  std::size_t out = sizeof block;
  for (const wire::StoredEnvelope& envelope : block.block.envelopes) {
    // Decoded, a body takes several times its bytes.
    out += sizeof envelope + 4 * envelope.body.size();
  }
  return out;
}

}  // namespace

CheckPool::CheckPool(std::size_t threads, const Hash& chain) : chain_(chain) {
  threads_.reserve(threads);
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
}

CheckPool::~CheckPool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  has_work_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool CheckPool::is_full() const {
  return bytes_ >= limits::kAuditBytesInFlight || waiting_.size() >= limits::kAuditBlocksInFlight;
}

void CheckPool::add(std::unique_ptr<CheckedBlock> block) {
  const auto count = static_cast<std::uint32_t>(block->block.envelopes.size());
  const bool has_seals = block->block.certificate.has_value();
  auto work = std::make_unique<Work>();
  work->bytes = bytes_of(*block);
  work->block = std::move(block);
  bytes_ += work->bytes;
  {
    const std::lock_guard lock(mutex_);
    const auto push = [&](Slice slice) {
      slices_.push_back(slice);
      ++work->open;
    };
    if (has_seals) push({work.get(), 0, 0, true});
    for (std::uint32_t first = 0; first < count; first += kSliceTransactions) {
      push({work.get(), first, std::min(first + kSliceTransactions, count), false});
    }
  }
  has_work_.notify_all();
  waiting_.push_back(std::move(work));
}

std::unique_ptr<CheckedBlock> CheckPool::take() {
  GENERION_ASSERT(!waiting_.empty());
  const std::unique_ptr<Work> work = std::move(waiting_.front());
  waiting_.pop_front();
  bytes_ -= work->bytes;
  std::unique_lock lock(mutex_);
  has_result_.wait(lock, [&] { return work->open == 0; });
  return std::move(work->block);
}

std::chrono::nanoseconds CheckPool::checking() const {
  const std::lock_guard lock(mutex_);
  return checking_;
}

void CheckPool::check(const Slice& slice) const {
  if (slice.seals) check_seals(*slice.work->block);
  for (std::uint32_t place = slice.first; place < slice.end; ++place) {
    check_transaction_at(*slice.work->block, place, chain_);
  }
}

void CheckPool::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    has_work_.wait(lock, [&] { return stopping_ || !slices_.empty(); });
    if (stopping_) return;
    const Slice slice = slices_.front();
    slices_.pop_front();
    lock.unlock();
    const auto start = thread_cpu_time();
    check(slice);
    const auto took = thread_cpu_time() - start;
    lock.lock();
    checking_ += took;
    if (--slice.work->open == 0) has_result_.notify_one();
  }
}

}  // namespace generion::audit
