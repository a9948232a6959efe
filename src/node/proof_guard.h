// Who may have proofs checked. A relock proof costs a node several times what a signature does, so
// a sender whose proofs fail has to pause before the node spends time on him again: 1 s after the
// first failure, twice as long after each further one, 10 min at most. Each transaction whose
// proofs hold takes one failure back, and an hour without a failure takes all. Other senders do not
// notice.
//
//   if (auto ok = guard.admit(sender, now); !ok) return fail(ok.error());   // before the proofs
//   const auto checked = contract::check_proofs(transaction);
//   checked ? guard.passed(sender) : guard.failed(sender, now);
#pragma once

#include <cstdint>
#include <mutex>
#include <unordered_map>

#include "base/error.h"
#include "base/limits.h"
#include "consensus/clock.h"
#include "types/ids.h"

namespace generion::node {

struct ProofCounters {
  std::uint64_t passed = 0;   // transactions whose proofs held
  std::uint64_t failed = 0;   // and whose first bad proof ended their check
  std::uint64_t refused = 0;  // refused unchecked: the sender was pausing
  std::size_t senders = 0;    // with a failure that is not forgotten
};

// Safe from any thread. Pure otherwise: the time is the caller's.
class ProofGuard {
 public:
  // At most `senders_max` senders are remembered; beyond them, those with the fewest failures are
  // forgotten first.
  explicit ProofGuard(std::size_t senders_max = limits::kProofSendersMax)
      : senders_max_(senders_max) {}

  // Error rate_limited, with retry_after_ms: the sender pauses.
  Result<void> admit(const Address& sender, consensus::Monotonic now);

  // How a transaction's check ended. Call `failed` only once the sender's signature has been
  // verified: nobody else may make him pause. Failures during a pause, of checks that were under
  // way when it began, do not prolong it.
  void passed(const Address& sender);
  void failed(const Address& sender, consensus::Monotonic now);

  ProofCounters counters() const;

 private:
  struct Record {
    std::uint32_t failures = 0;
    consensus::Monotonic failed_at;
    consensus::Monotonic pause_until;
  };
  using Records = std::unordered_map<Address, Record, FixedBytesHash>;

  void make_room(consensus::Monotonic now);

  const std::size_t senders_max_;
  mutable std::mutex mutex_;
  Records records_;         // guarded by mutex_
  ProofCounters counters_;  // guarded by mutex_; senders is filled in by counters()
};

}  // namespace generion::node
