// The thread that answers nodes which join by a snapshot: apart from the peer server, so that they
// make nobody wait who catches up, and at a bounded rate.
#pragma once

#include <functional>
#include <memory>
#include <thread>
#include <variant>

#include "ledger/ledger.h"
#include "ledger/snapshots.h"
#include "node/inbox.h"
#include "types/peer_messages.h"

namespace generion::node {

// Those with a certificate here.
SnapshotListReply answer_snapshots(const ledger::Ledger& ledger,
                                   const ledger::Snapshots& snapshots);
EpochEndsReply answer_epoch_ends(const ledger::Ledger& ledger, const EpochEndsRequest& request);
SnapshotPartReply answer_part(ledger::Snapshots& snapshots, const SnapshotPartRequest& request,
                              std::uint64_t now_ms);
WindowReply answer_window(const ledger::Ledger& ledger, const WindowRequest& request);

class JoinServer {
 public:
  using Request =
      std::variant<SnapshotListRequest, EpochEndsRequest, SnapshotPartRequest, WindowRequest>;
  using Send = std::function<void(const PublicKey& to, PeerMessage message)>;

  JoinServer(const ledger::Ledger& ledger, ledger::Snapshots& snapshots, Send send);
  ~JoinServer();  // drops what waits

  // Any thread. `hold` is kept until the answer has left. Beyond so many that wait a request is
  // dropped; who joins asks again.
  void serve(const PublicKey& peer, Request request, std::shared_ptr<const void> hold);

 private:
  struct Job {
    PublicKey peer;
    Request request;
    std::shared_ptr<const void> hold;
  };

  void run();
  std::size_t answer(const Job& job);

  const ledger::Ledger& ledger_;
  ledger::Snapshots& snapshots_;
  const Send send_;
  Inbox<Job> inbox_;
  std::thread thread_;
};

}  // namespace generion::node
