// Tells those who wait for a transaction how it ended. Belongs to the replica thread.
#pragma once

#include <functional>

#include "ledger/ledger.h"
#include "node/waiters.h"

namespace generion::node {

struct OutcomeCounters {
  std::uint64_t executed = 0;
  std::uint64_t refused = 0;
  std::uint64_t expired = 0;
};

class Answers {
 public:
  // `answer_sealed` answers a waiter once the receipt's proof is made, on a thread that may read
  // the disk.
  Answers(const ledger::Ledger& ledger, std::function<void(Waiters::Sealed)> answer_sealed)
      : ledger_(ledger), answer_sealed_(std::move(answer_sealed)), sealed_(ledger.stable()) {}

  void wait(const TxId& id, rpc::Wait wait, Waiters::Callback callback);
  // Of a transaction that an applied block has executed.
  void answer_executed(const TxId& id, rpc::Wait wait, Waiters::Callback callback);
  // Someone waits for the seal of a block that stands already.
  void wait_for_seal(rpc::Outcome outcome, Waiters::Callback callback);

  // The block's state is applied. A certificate can be on disk before that or after.
  void on_applied(const ledger::ExecutedBlock& block);
  // Certificates up to this height are on disk.
  void on_sealed(Height height);
  void on_expired(const TxId& id);

  // The node stops: all are told.
  void stop();

  const OutcomeCounters& counters() const { return counters_; }
  std::size_t waiting() const { return waiters_.size(); }

 private:
  void on_skipped(const TxId& id);
  void answer_sealed();

  const ledger::Ledger& ledger_;
  const std::function<void(Waiters::Sealed)> answer_sealed_;
  Waiters waiters_;
  Height sealed_;
  OutcomeCounters counters_;
};

// What is known of a transaction that stands in no block.
rpc::Outcome without_block(const TxId& id, rpc::Outcome::State state);

}  // namespace generion::node
