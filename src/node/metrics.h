// What an operator's monitoring sees, in Prometheus' text format.
#pragma once

#include <functional>
#include <string>

#include "ledger/ledger.h"
#include "node/journal_thread.h"
#include "node/peer_inbox.h"
#include "node/proof_guard.h"
#include "node/replica_thread.h"
#include "node/verify_pool.h"
#include "rpc/backend.h"

namespace generion::node {

class Metrics {
 public:
  // All of them must outlive this.
  struct Parts {
    const ledger::Ledger& ledger;
    const JournalThread& journal;
    const ReplicaThread& replica;
    const VerifyPool& pool;
    const ProofGuard& proof_guard;
    std::function<std::vector<rpc::PeerView>()> peers;
    std::function<PeerCounters()> from_peers;
  };
  explicit Metrics(Parts parts) : parts_(std::move(parts)) {}

  std::string text() const;

 private:
  const Parts parts_;
};

}  // namespace generion::node
