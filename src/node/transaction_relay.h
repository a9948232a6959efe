// Sends what clients brought to this node to the validators: at once in bundles, and again what
// waits for too long, since any message may be lost. Belongs to the replica thread.
#pragma once

#include <optional>
#include <unordered_set>
#include <vector>

#include "node/mempool.h"
#include "node/peer_links.h"

namespace generion::node {

class TransactionRelay {
 public:
  TransactionRelay(const PublicKey& self, const Mempool& mempool, const PeerLinks& links)
      : self_(self), mempool_(mempool), links_(links) {}

  // New from a client.
  void add(const TransactionPtr& transaction);

  // What was added leaves. To be called after each round of tasks, so that many that came together
  // leave together and one alone does not wait.
  void flush();

  // A validator connected: it gets what this node's clients brought.
  void on_connected(const PublicKey& peer);

  // The primary says that it has these.
  void on_acknowledged(const PublicKey& primary, const std::vector<TxId>& ids);

  // What has waited for kRepeatMs goes to the primary, whoever brought it, unless it has
  // acknowledged it: it may never have heard of it. To all validators, if this node does not know
  // who that is; nothing if it is itself. Returns what the primary has been offered by this or
  // earlier calls and what it has acknowledged, of what has waited so long; at most kRepeatMax.
  std::vector<TransactionPtr> repeat(const std::optional<PublicKey>& primary,
                                     consensus::Monotonic now);

 private:
  bool is_acknowledged(const PublicKey& primary, const TxId& id) const;
  void send_bundle(const std::optional<PublicKey>& to, std::vector<SignedTransaction> bundle);
  void send_all(const std::optional<PublicKey>& to, const std::vector<TransactionPtr>& all);

  const PublicKey self_;
  const Mempool& mempool_;
  const PeerLinks& links_;
  std::vector<TransactionPtr> added_;
  std::optional<PublicKey> acknowledged_by_;
  std::unordered_set<TxId, FixedBytesHash> acknowledged_;  // and in the mempool, a second ago
  consensus::Monotonic last_repeat_;
};

}  // namespace generion::node
