// What an operator's monitoring sees, in Prometheus' text format.
#pragma once

#include <functional>
#include <string>

#include "ledger/ledger.h"
#include "node/health.h"
#include "node/journal_thread.h"
#include "node/peer_inbox.h"
#include "node/proof_guard.h"
#include "node/replica_thread.h"

namespace generion::node {

class Metrics {
 public:
  // All of them must outlive this.
  struct Parts {
    const ledger::Ledger& ledger;
    const JournalThread& journal;
    const ReplicaThread& replica;
    const Health& health;
    const ProofGuard& proof_guard;
    std::function<PeerCounters()> from_peers;
  };
  explicit Metrics(Parts parts) : parts_(std::move(parts)) {}

  std::string text() const;

 private:
  const Parts parts_;
};

}  // namespace generion::node
