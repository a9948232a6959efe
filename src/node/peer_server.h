// The thread that answers peers' requests for batches and blocks from the ledger, so that nobody
// else waits for the disk.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <thread>

#include "ledger/ledger.h"
#include "node/inbox.h"
#include "types/peer_messages.h"

namespace generion::node {

// The final blocks that a request asks for, as far as they are here and fit into one reply.
BlockReply answer_blocks(const ledger::Ledger& ledger, const BlockRequest& request);

// The batch, if this node has promised to keep it and nothing else has become final there.
BatchReply answer_batch(const ledger::Ledger& ledger, const BatchRequest& request);

// A peer is still in this epoch, which is over here.
struct EpochEndRequest {
  Epoch epoch;
};

// The epoch's last block with its certificate, by which the peer can leave it; nullopt: not here.
std::optional<CertifiedHeader> last_block_of(const ledger::Ledger& ledger, Epoch epoch);

class PeerServer {
 public:
  using Send = std::function<void(const PublicKey& to, PeerMessage message)>;

  PeerServer(const ledger::Ledger& ledger, const PublicKey& self, Send send);
  ~PeerServer();  // drops what waits

  // Any thread. `hold` is kept until the answer has left: it keeps the peer from sending more.
  void serve(const PublicKey& peer, BlockRequest request, std::shared_ptr<const void> hold);
  void serve(const PublicKey& peer, BatchRequest request, std::shared_ptr<const void> hold);
  void serve(const PublicKey& peer, EpochEndRequest request, std::shared_ptr<const void> hold);

 private:
  struct Job {
    PublicKey peer;
    std::variant<BlockRequest, BatchRequest, EpochEndRequest> request;
    std::shared_ptr<const void> hold;
  };

  void push(Job job);
  void run();

  const ledger::Ledger& ledger_;
  const PublicKey self_;
  const Send send_;
  Inbox<Job> inbox_;
  std::thread thread_;
};

}  // namespace generion::node
