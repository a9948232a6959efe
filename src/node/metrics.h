// What an operator's monitoring sees, in Prometheus' text format.
#pragma once

#include <functional>
#include <string>

#include "ledger/ledger.h"
#include "node/journal_thread.h"
#include "node/proof_guard.h"
#include "node/replica_thread.h"
#include "node/verify_pool.h"

namespace generion::node {

class Metrics {
 public:
  // All of them must outlive this.
  Metrics(const ledger::Ledger& ledger, const JournalThread& journal, const ReplicaThread& replica,
          const VerifyPool& pool, const ProofGuard& proof_guard);

  std::string text() const;

 private:
  const ledger::Ledger& ledger_;
  const JournalThread& journal_;
  const ReplicaThread& replica_;
  const VerifyPool& pool_;
  const ProofGuard& proof_guard_;
};

}  // namespace generion::node
