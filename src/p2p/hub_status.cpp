// What people see of the peers.
#include "io/tcp_address.h"
#include "p2p/hub.h"

namespace generion::p2p {

void Hub::refresh_state(Peer& peer, Time now) {
  PeerState state = PeerState::not_dialled;
  if (peer.session && peer.begun_at != Time{}) {
    state = PeerState::connected;
  } else if (peer.pause.left(now).count() > 0) {
    state = PeerState::paused;
  } else if (peer.dialling) {
    state = PeerState::dialling;
  } else if (peer.is_dialable()) {
    state = PeerState::waiting;
  }
  PeerStatus& status = peer.status;
  if (state == status.state && status.since != std::chrono::system_clock::time_point{}) return;
  status.state = state;
  status.since = std::chrono::system_clock::now();
}

PeerStatus Hub::status_of(const PublicKey& key, const Peer& peer) {
  PeerStatus out = peer.status;
  out.key = key;
  out.role = peer.role().value_or(PeerRole::observer);
  if (peer.known && !peer.known->host.empty()) {
    out.address = io::address_text({peer.known->host, peer.known->port});
  }
  if (out.state != PeerState::connected) return out;
  const Session& session = *peer.session;
  out.address = session.address();
  out.dialled = session.is_dialled();
  out.round_trip = session.round_trip();
  out.clock_offset = session.clock_offset();
  for (std::size_t i = 0; i < kPriorities; ++i) {
    out.queues[i] = session.depth(static_cast<Priority>(i));
  }
  out.held_bytes = session.held_bytes();
  const SessionCounters& counters = session.counters();
  out.bytes_in += counters.bytes_in;
  out.bytes_out += counters.bytes_out;
  out.messages_in += counters.messages_in;
  out.messages_out += counters.messages_out;
  out.dropped += counters.dropped;
  return out;
}

std::vector<PeerStatus> Hub::peers() {
  const auto now = std::chrono::steady_clock::now();
  const std::lock_guard lock(mutex_);
  std::vector<PeerStatus> out;
  out.reserve(peers_.size());
  for (auto& [key, peer] : peers_) {
    refresh_state(peer, now);
    out.push_back(status_of(key, peer));
  }
  return out;
}

NetworkStats Hub::stats() const {
  const std::lock_guard lock(mutex_);
  return stats_;
}

}  // namespace generion::p2p
