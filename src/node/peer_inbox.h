// What peers send, on its way from the network to those who handle it: votes and transactions
// through the verify pool, requests to the thread that answers them. Any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>

#include "consensus/verified.h"
#include "node/epoch_state.h"
#include "node/join_server.h"
#include "node/joiner_thread.h"
#include "node/mempool.h"
#include "node/peer_server.h"
#include "node/replica_thread.h"
#include "node/verify_pool.h"
#include "node/vote_filter.h"
#include "types/peer_messages.h"

namespace generion::node {

struct PeerCounters {
  std::uint64_t votes_checked = 0;
  std::uint64_t votes_passed_over = 0;  // unverified: nobody needs them any more
  std::uint64_t votes_refused = 0;      // did not hold
  std::uint64_t transactions = 0;       // checked and handed on
  std::uint64_t transactions_known = 0;
  std::uint64_t transactions_refused = 0;
  std::uint64_t transactions_dropped = 0;  // the verify queue was full
};

class PeerInbox {
 public:
  struct Parts {
    const ledger::Ledger& ledger;
    VerifyPool& pool;
    ReplicaThread& replica;
    PeerServer& server;
    JoinServer& join_server;
    JoinerThread* joiner;  // null: this node does not join
    const PendingIds& pending;
    const VoteFilter& votes;
    std::function<void(const PublicKey& peer, const std::string& why)> punish;
  };

  PeerInbox(Parts parts, const EpochState& epoch) : parts_(std::move(parts)) { begin_epoch(epoch); }

  // Only votes of this epoch's members count from now on.
  void begin_epoch(const EpochState& epoch);

  // `hold` lives as long as the message waits somewhere.
  void on_received(const PublicKey& peer, PeerMessage message, std::shared_ptr<const void> hold);

  PeerCounters counters() const;

 private:
  using Hold = std::shared_ptr<const void>;
  struct Rules {
    consensus::Membership members;
    EpochRulesPtr epoch;
  };
  using RulesPtr = std::shared_ptr<const Rules>;

  RulesPtr rules() const;
  void on(const PublicKey& peer, Message message, Hold hold);
  void on(const PublicKey& peer, TransactionBundle bundle, const Hold& hold);
  void on(const PublicKey& peer, TransactionAck ack, Hold hold);
  void on(const PublicKey& peer, TransactionRequest request, Hold hold);
  void on(const PublicKey& peer, TransactionReply reply, Hold hold);
  void on(const PublicKey& peer, BatchRequest request, Hold hold);
  void on(const PublicKey& peer, BatchReply reply, Hold hold);
  void on(const PublicKey& peer, BlockRequest request, Hold hold);
  void on(const PublicKey& peer, BlockReply reply, Hold hold);
  void on(const PublicKey& peer, Tip tip, Hold hold);
  void on(const PublicKey& peer, SnapshotListRequest request, Hold hold);
  void on(const PublicKey& peer, EpochEndsRequest request, Hold hold);
  void on(const PublicKey& peer, SnapshotPartRequest request, Hold hold);
  void on(const PublicKey& peer, WindowRequest request, Hold hold);
  void on(const PublicKey& peer, SnapshotListReply reply, Hold hold);
  void on(const PublicKey& peer, EpochEndsReply reply, Hold hold);
  void on(const PublicKey& peer, SnapshotPartReply reply, Hold hold);
  void on(const PublicKey& peer, WindowReply reply, Hold hold);

  void join(const PublicKey& peer, Joiner::Reply reply, Hold hold);
  template <class T>
  void post(const PublicKey& peer, T message, Hold hold);
  void verify_vote(const PublicKey& peer, Message message, Hold hold);
  void check_bundle(const PublicKey& peer, std::vector<SignedTransaction> part);
  bool is_known(const Transaction& transaction) const;

  const Parts parts_;
  mutable std::mutex rules_mutex_;
  RulesPtr rules_;
  std::atomic<std::uint64_t> votes_checked_{0};
  std::atomic<std::uint64_t> votes_passed_over_{0};
  std::atomic<std::uint64_t> votes_refused_{0};
  std::atomic<std::uint64_t> transactions_{0};
  std::atomic<std::uint64_t> known_{0};
  std::atomic<std::uint64_t> refused_{0};
  std::atomic<std::uint64_t> dropped_{0};
};

}  // namespace generion::node
