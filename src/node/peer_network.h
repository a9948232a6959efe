// The network between nodes as configured: its io threads, and who is told of what comes in.
#pragma once

#include <functional>
#include <memory>

#include "node/config.h"
#include "node/epoch_state.h"
#include "node/peer_links.h"
#include "p2p/network.h"
#include "rpc/backend.h"

namespace generion::node {

class PeerNetwork {
 public:
  // Called on io threads; must not block.
  struct Handlers {
    std::function<void(const PublicKey& peer)> on_connected;
    std::function<void(const PublicKey& peer)> on_disconnected;
    std::function<void(p2p::Received received)> on_received;
  };

  // Does nothing before `start`. `key` must outlive it. Error bad_config: a peer twice, too many.
  static Result<std::unique_ptr<PeerNetwork>> create(const P2pConfig& config, const Hash& chain,
                                                     const EpochState& epoch,
                                                     const crypto::SigningKey& key,
                                                     Handlers handlers);
  ~PeerNetwork();  // stops

  // Listens and dials. Errors: bad_config, port_in_use, io_error.
  Result<void> start();

  // After it no handler is called; what is sent then is dropped.
  void stop();

  // Any thread.
  void begin_epoch(const EpochState& epoch);
  PeerLinks links();
  std::vector<rpc::PeerView> peers() const;
  p2p::NetworkStats stats() const;

 private:
  class Impl;
  explicit PeerNetwork(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace generion::node
