#include "node/proof_guard.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace generion::node {
namespace {

std::uint64_t pause_ms(std::uint32_t failures) {
  constexpr std::uint32_t kDoublingsMax = 32;  // far above the longest pause
  const std::uint64_t pause = limits::kProofPauseMsMin << std::min(failures - 1, kDoublingsMax);
  return std::min(pause, limits::kProofPauseMsMax);
}

bool is_forgotten(consensus::Monotonic failed_at, consensus::Monotonic now) {
  return now >= failed_at.plus(limits::kProofFailureKeptMs);
}

}  // namespace

static_assert(limits::kProofFailureKeptMs > limits::kProofPauseMsMax);

Result<void> ProofGuard::admit(const Address& sender, consensus::Monotonic now) {
  const std::lock_guard lock(mutex_);
  const auto found = records_.find(sender);
  if (found == records_.end()) return {};
  const Record& record = found->second;
  if (is_forgotten(record.failed_at, now)) {
    records_.erase(found);
    return {};
  }
  if (now >= record.pause_until) return {};
  ++counters_.refused;
  const std::uint64_t wait_ms = record.pause_until.value() - now.value();
  Error error{Code::rate_limited,
              fmt::format("proofs that this sender sent did not hold, {} time(s); this node checks "
                          "his proofs again in {} ms. Each further failure doubles the pause, up "
                          "to {} s; each transaction whose proofs hold takes a failure back",
                          record.failures, wait_ms, limits::kProofPauseMsMax / 1'000)};
  error.retry_after_ms = wait_ms;
  return fail(std::move(error));
}

void ProofGuard::passed(const Address& sender) {
  const std::lock_guard lock(mutex_);
  ++counters_.passed;
  const auto found = records_.find(sender);
  if (found == records_.end()) return;
  if (--found->second.failures == 0) records_.erase(found);
}

void ProofGuard::failed(const Address& sender, consensus::Monotonic now) {
  const std::lock_guard lock(mutex_);
  ++counters_.failed;
  auto found = records_.find(sender);
  if (found != records_.end() && is_forgotten(found->second.failed_at, now)) {
    records_.erase(found);
    found = records_.end();
  }
  if (found == records_.end()) {
    make_room(now);
    found = records_.emplace(sender, Record{}).first;
  }
  Record& record = found->second;
  if (now < record.pause_until) return;
  ++record.failures;
  record.failed_at = now;
  record.pause_until = now.plus(pause_ms(record.failures));
}

// Linear in the records, but only once very many senders have failed.
void ProofGuard::make_room(consensus::Monotonic now) {
  if (records_.size() < senders_max_) return;
  std::erase_if(records_,
                [now](const auto& entry) { return is_forgotten(entry.second.failed_at, now); });
  if (records_.size() < senders_max_) return;
  records_.erase(std::ranges::min_element(records_, {}, [](const auto& entry) {
    return std::pair(entry.second.failures, entry.second.pause_until);
  }));
}

ProofCounters ProofGuard::counters() const {
  const std::lock_guard lock(mutex_);
  ProofCounters out = counters_;
  out.senders = records_.size();
  return out;
}

}  // namespace generion::node
