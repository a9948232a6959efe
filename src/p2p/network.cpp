#include "p2p/network.h"

#include <fmt/core.h>

#include <set>

#include "base/limits.h"
#include "base/utf8.h"
#include "p2p/hub.h"
#include "types/address.h"

namespace generion::p2p {
namespace {

constexpr std::size_t kHostBytesMax = 255;

Result<void> check_peers(const std::vector<KnownPeer>& peers) {
  if (peers.size() > limits::kPeersMax) {
    return fail(Code::bad_config, fmt::format("{} peers are listed; at most {} are allowed",
                                              peers.size(), limits::kPeersMax));
  }
  std::set<PublicKey> seen;
  for (const KnownPeer& peer : peers) {
    if (!seen.insert(peer.key).second) {
      return fail(Code::bad_config,
                  fmt::format("{} is listed twice; a peer has one entry", address_text(peer.key)));
    }
    if (peer.host.size() > kHostBytesMax) {
      return fail(Code::bad_config,
                  fmt::format("the host of {} has {} bytes; at most {} are allowed",
                              address_text(peer.key), peer.host.size(), kHostBytesMax));
    }
  }
  return {};
}

Result<void> check_settings(const NetworkSettings& settings) {
  if (settings.software.size() > limits::kPeerTextBytesMax || !is_utf8(settings.software)) {
    return fail(Code::bad_config,
                fmt::format("the software version is no UTF-8 text of at most {} bytes",
                            limits::kPeerTextBytesMax));
  }
  return check_peers(settings.peers);
}

}  // namespace

Priority priority_of(const PeerMessage& message) {
  if (std::holds_alternative<Message>(message)) return Priority::votes;
  const bool is_for_joiners = std::holds_alternative<SnapshotPartReply>(message) ||
                              std::holds_alternative<WindowReply>(message);
  if (is_for_joiners || std::holds_alternative<BlockReply>(message)) return Priority::blocks;
  return Priority::transactions;
}

std::string_view state_name(PeerState state) {
  switch (state) {
    case PeerState::not_dialled:
      return "not_dialled";
    case PeerState::waiting:
      return "waiting";
    case PeerState::dialling:
      return "dialling";
    case PeerState::connected:
      return "connected";
    case PeerState::paused:
      return "paused";
  }
  return "";
}

Result<std::unique_ptr<Network>> Network::create(boost::asio::io_context& io,
                                                 const crypto::SigningKey& key,
                                                 const NetworkSettings& settings,
                                                 NetworkHandlers handlers) {
  if (auto ok = check_settings(settings); !ok) return fail(ok.error());
  auto tls = make_tls_context(key);
  if (!tls) return fail(tls.error());
  return std::unique_ptr<Network>(new Network(
      std::make_shared<Hub>(io, key.public_key(), settings, std::move(handlers), std::move(*tls))));
}

Network::Network(std::shared_ptr<Hub> hub) : hub_(std::move(hub)) {}

Network::~Network() {
  stop();
}

Result<std::uint16_t> Network::start() {
  return hub_->start();
}

void Network::stop() {
  hub_->stop();
}

Sent Network::send(const PublicKey& peer, const PeerMessage& message) {
  return hub_->send(peer, message);
}

std::size_t Network::broadcast(Audience audience, const PeerMessage& message) {
  return hub_->broadcast(audience, message);
}

void Network::set_validators(const std::vector<PublicKey>& validators) {
  hub_->set_validators(validators);
}

Result<void> Network::set_peers(const std::vector<KnownPeer>& peers) {
  if (auto ok = check_peers(peers); !ok) return ok;
  hub_->set_peers(peers);
  return {};
}

void Network::punish(const PublicKey& peer, const std::string& why) {
  hub_->punish(peer, why);
}

std::vector<PeerStatus> Network::peers() const {
  return hub_->peers();
}

NetworkStats Network::stats() const {
  return hub_->stats();
}

}  // namespace generion::p2p
