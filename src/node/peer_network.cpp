#include "node/peer_network.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/version.h"
#include "io/io_threads.h"
#include "types/address.h"

namespace generion::node {
namespace {

// The members of the epoch, and of the one before: those may still need its last block.
std::vector<PublicKey> heard_as_validators(const EpochState& epoch) {
  std::vector<PublicKey> out = epoch.rules->validators.keys;
  for (const PublicKey& key : epoch.before.keys) {
    if (!epoch.rules->validators.index_of(key)) out.push_back(key);
  }
  return out;
}

p2p::NetworkSettings network_settings(const P2pConfig& config, const Hash& chain,
                                      const EpochState& epoch, const PublicKey& self) {
  p2p::NetworkSettings out;
  out.chain = chain;
  out.software = "generiond " + version_text();
  if (config.listen) out.listen = p2p::ListenAddress{config.listen->host, config.listen->port};
  out.validators = heard_as_validators(epoch);
  if (epoch.rules->validators.index_of(self)) out.role = PeerRole::validator;
  for (const P2pPeer& peer : config.peers) {
    out.peers.push_back({peer.key, peer.role, peer.host, peer.port});
  }
  return out;
}

p2p::NetworkHandlers network_handlers(PeerNetwork::Handlers handlers) {
  p2p::NetworkHandlers out;
  out.on_connected = [connected = std::move(handlers.on_connected)](const PublicKey& peer,
                                                                    PeerRole) {
    spdlog::info("connected with {}", address_text(peer));
    connected(peer);
  };
  out.on_disconnected = [gone = std::move(handlers.on_disconnected)](const PublicKey& peer) {
    spdlog::info("connection with {} ended", address_text(peer));
    gone(peer);
  };
  out.on_received = std::move(handlers.on_received);
  return out;
}

rpc::PeerView peer_view(const p2p::PeerStatus& peer) {
  using std::chrono::duration_cast;
  using std::chrono::milliseconds;
  rpc::PeerView out;
  out.key = peer.key;
  out.role = peer.role == PeerRole::validator ? "validator" : "observer";
  out.state = p2p::state_name(peer.state);
  const auto since = duration_cast<milliseconds>(peer.since.time_since_epoch()).count();
  out.since = TimeMs(static_cast<std::uint64_t>(since));
  out.address = peer.address;
  out.software = peer.software;
  out.dialled = peer.dialled;
  if (peer.round_trip) {
    out.round_trip_us = static_cast<std::uint64_t>(peer.round_trip->count());
  }
  if (peer.clock_offset) out.clock_offset_ms = peer.clock_offset->count();
  for (const p2p::QueueDepth& queue : peer.queues) {
    out.queued_messages += queue.messages;
    out.queued_bytes += queue.bytes;
  }
  out.messages_in = peer.messages_in;
  out.messages_out = peer.messages_out;
  out.bytes_in = peer.bytes_in;
  out.bytes_out = peer.bytes_out;
  out.dropped = peer.dropped;
  out.connections = peer.connections;
  out.pauses = peer.pauses;
  out.last_error = peer.last_error;
  return out;
}

}  // namespace

class PeerNetwork::Impl {
 public:
  Impl(std::size_t threads, std::optional<P2pListen> listen)
      : threads_(threads), listen_(std::move(listen)) {}

  Result<void> create(const p2p::NetworkSettings& settings, const crypto::SigningKey& key,
                      Handlers handlers) {
    auto network = p2p::Network::create(threads_.context(), key, settings,
                                        network_handlers(std::move(handlers)));
    if (!network) return fail(network.error());
    network_ = std::move(*network);
    return {};
  }

  Result<void> start() {
    const auto port = network_->start();
    if (!port) return fail(port.error());
    if (listen_) spdlog::info("other nodes reach this one at {}:{}", listen_->host, *port);
    return {};
  }

  p2p::Network& network() { return *network_; }

 private:
  io::IoThreads threads_;
  const std::optional<P2pListen> listen_;
  std::unique_ptr<p2p::Network> network_;
};

PeerNetwork::PeerNetwork(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
PeerNetwork::~PeerNetwork() {
  stop();
}

Result<std::unique_ptr<PeerNetwork>> PeerNetwork::create(const P2pConfig& config, const Hash& chain,
                                                         const EpochState& epoch,
                                                         const crypto::SigningKey& key,
                                                         Handlers handlers) {
  auto impl = std::make_unique<Impl>(config.threads, config.listen);
  const auto settings = network_settings(config, chain, epoch, key.public_key());
  if (auto ok = impl->create(settings, key, std::move(handlers)); !ok) return fail(ok.error());
  return std::unique_ptr<PeerNetwork>(new PeerNetwork(std::move(impl)));
}

Result<void> PeerNetwork::start() {
  return impl_->start();
}

void PeerNetwork::stop() {
  impl_->network().stop();
}

void PeerNetwork::begin_epoch(const EpochState& epoch) {
  impl_->network().set_validators(heard_as_validators(epoch));
}

PeerLinks PeerNetwork::links() {
  p2p::Network& network = impl_->network();
  PeerLinks out;
  out.send = [&network](const PublicKey& to, PeerMessage message) { network.send(to, message); };
  out.to_validators = [&network](PeerMessage message) {
    network.broadcast(p2p::Audience::validators, message);
  };
  out.to_all = [&network](PeerMessage message) { network.broadcast(p2p::Audience::all, message); };
  out.punish = [&network](const PublicKey& peer, const std::string& why) {
    spdlog::warn("{} sent what no correct node sends: {}", address_text(peer), why);
    network.punish(peer, why);
  };
  return out;
}

std::vector<rpc::PeerView> PeerNetwork::peers() const {
  std::vector<rpc::PeerView> out;
  for (const p2p::PeerStatus& peer : impl_->network().peers()) out.push_back(peer_view(peer));
  return out;
}

p2p::NetworkStats PeerNetwork::stats() const {
  return impl_->network().stats();
}

}  // namespace generion::node
