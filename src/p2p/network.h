// The network between nodes: TLS 1.3 with both keys pinned, one connection with each peer, bounded
// in everything. docs/protocol/network.md describes what stands on the wire.
//
//   io::IoThreads threads(2);
//   auto network = Network::create(threads.context(), key, settings, handlers);
//   auto port = (*network)->start();
//   (*network)->broadcast(Audience::validators, message);
//   ...
//   (*network)->stop();
//
// It carries; it does not judge. Whoever receives checks signatures and digests, and that the
// sender of a message that carries none of its own (COMMIT, STATUS, ECHO, STABLE) is the peer that
// it came from. Any message may be lost: with a connection, or where a queue is full.
//
// Threads: all functions may be called from any thread; `stop` not from an io thread.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "crypto/keys.h"
#include "types/peer_messages.h"

namespace boost::asio {
class io_context;
}

namespace generion::p2p {

class Hub;

// In the order in which they are sent: what stands first overtakes the others.
enum class Priority : std::uint8_t {
  votes,         // consensus messages
  transactions,  // bundles, requests, and replies that the running consensus waits for
  blocks         // replies with blocks, for those who catch up; takes turns with `transactions`
};
inline constexpr std::size_t kPriorities = 3;

Priority priority_of(const PeerMessage& message);

struct NetworkLimits {
  // What waits for one peer, in each priority. A message beyond is dropped and counted; one alone
  // always fits.
  std::array<std::size_t, kPriorities> queue_bytes_max{8 * 1024 * 1024, 16 * 1024 * 1024,
                                                       8 * 1024 * 1024};
  std::array<std::size_t, kPriorities> queue_messages_max{16'384, 16'384, 1'024};
  // What one peer sent and the handler still holds (Received::hold); above it that peer is not
  // read.
  std::size_t held_bytes_max = 32 * 1024 * 1024;

  // What is read from one peer; 0: no limit. Above it that peer is read more slowly; one that keeps
  // it up for flood_patience is disconnected.
  std::uint64_t bytes_per_second = 256 * 1024 * 1024;
  std::uint64_t messages_per_second = 100'000;
  std::chrono::milliseconds flood_patience{30'000};

  std::chrono::milliseconds handshake_timeout{10'000};  // TCP, TLS and Hello together
  std::chrono::milliseconds read_timeout{30'000};       // from a frame's first byte to its last
  std::chrono::milliseconds write_timeout{30'000};      // a peer that takes nothing for so long
  std::chrono::milliseconds ping_interval{5'000};
  std::chrono::milliseconds silence_max{15'000};  // a peer that says nothing at all for so long

  std::chrono::milliseconds redial_min{250};  // doubles with each failure, with jitter
  std::chrono::milliseconds redial_max{30'000};
  std::chrono::milliseconds pause_min{1'000};  // after misbehaviour; doubles with each
  std::chrono::milliseconds pause_max{600'000};

  std::size_t handshakes_max = 64;             // incoming, not over yet
  std::size_t handshakes_per_address_max = 8;  // of them; IPv6: per /64
};

struct KnownPeer {
  PublicKey key;
  // validator: an address only; the key counts as long as it is in the set (`set_validators`).
  // observer: may connect, and is served, without being in the set.
  PeerRole role = PeerRole::validator;
  std::string host;        // a name or a numeric address, IPv6 without brackets; empty: not dialled
  std::uint16_t port = 0;  // 0: not dialled
  friend bool operator==(const KnownPeer&, const KnownPeer&) = default;
};

struct ListenAddress {
  std::string host = "0.0.0.0";  // numeric, IPv6 without brackets
  std::uint16_t port = 0;        // 0: any free one
};

struct NetworkSettings {
  // The chain id. It is the hash of the genesis content, so that a node with another genesis file
  // has another chain id.
  Hash chain;
  PeerRole role = PeerRole::observer;  // what this node says of itself
  std::uint32_t protocol = kPeerProtocol;
  std::string software;                 // this node's version, for people
  std::optional<ListenAddress> listen;  // none: it only dials
  std::vector<KnownPeer>
      peers;  // at most limits::kPeersMax; an entry of this node itself is passed over
  std::vector<PublicKey> validators;  // of the epoch; `set_validators` changes them
  NetworkLimits limits;
};

// A message that came in. While `hold` or a copy of it lives, the message's bytes count against
// its peer's held_bytes_max: whoever queues messages keeps it beside them, so that a peer that
// sends faster than it is served waits at its own end.
struct Received {
  PublicKey peer;
  PeerRole role = PeerRole::observer;  // as this node knows the peer: in the set, or listed
  PeerMessage message;
  std::shared_ptr<const void> hold;
};

struct Failure {
  std::string address;           // "host:port"
  std::optional<PublicKey> key;  // that was dialled, or proven; none: it did not come so far
  std::string why;
};

// Called on io threads, for one peer one at a time and in this order: connected, received, ...,
// disconnected, and so on. They must not block; they may call the network. After `stop` none is
// called.
struct NetworkHandlers {
  std::function<void(const PublicKey& peer, PeerRole role)> on_connected;
  std::function<void(Received received)> on_received;
  std::function<void(const PublicKey& peer)> on_disconnected;
  // For the log, from any strand: a dial, a handshake or a connection ended with an error.
  std::function<void(const Failure& failure)> on_failed;
};

enum class Audience : std::uint8_t { validators, observers, all };

enum class Sent : std::uint8_t {
  queued,
  dropped,        // the queue is full: counted
  not_connected,  // nor is it kept for later
  too_large       // above limits::kFrameBytesMax
};

enum class PeerState : std::uint8_t {
  not_dialled,  // no address is known: it has to come by itself
  waiting,      // for the next dial
  dialling,
  connected,
  paused  // after misbehaviour
};

// "not_dialled", "waiting", ...
std::string_view state_name(PeerState state);

struct QueueDepth {
  std::size_t messages = 0;
  std::size_t bytes = 0;
  friend bool operator==(const QueueDepth&, const QueueDepth&) = default;
};

// What is known of one peer; counters since this node's start.
struct PeerStatus {
  PublicKey key;
  PeerRole role = PeerRole::observer;
  PeerState state = PeerState::not_dialled;
  std::chrono::system_clock::time_point since;  // of the state
  std::string address;                          // "host:port": of the connection, or to be dialled
  std::string software;                         // of the last connection, as it says
  PeerRole says = PeerRole::observer;           // its own word for its role: whether it takes part
  bool dialled = false;                         // this node opened the connection
  std::optional<std::chrono::microseconds> round_trip;  // of the last ping of this connection
  // This node's clock less the peer's, by the same ping: exact to half the round trip.
  std::optional<std::chrono::milliseconds> clock_offset;
  std::array<QueueDepth, kPriorities> queues;
  std::size_t held_bytes = 0;
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  std::uint64_t messages_in = 0;
  std::uint64_t messages_out = 0;
  std::uint64_t dropped = 0;      // for a full queue
  std::uint64_t connections = 0;  // that came about
  std::uint64_t pauses = 0;       // for misbehaviour
  std::string last_error;         // why the last connection or dial ended; empty: none did
  std::chrono::system_clock::time_point error_at;
};

struct NetworkStats {
  std::uint64_t accepted = 0;           // TCP connections
  std::uint64_t turned_away = 0;        // for handshakes_max, at once
  std::uint64_t failed_handshakes = 0;  // TCP, TLS, garbage, deadline
  std::uint64_t refused = 0;            // were told why: key, chain, protocol, pause
};

class Network {
 public:
  // `io` must outlive the network and be run by at least one thread. Nothing is bound or dialled
  // before `start`. Error bad_config: a key twice, too many peers, a text too long.
  static Result<std::unique_ptr<Network>> create(boost::asio::io_context& io,
                                                 const crypto::SigningKey& key,
                                                 const NetworkSettings& settings,
                                                 NetworkHandlers handlers);
  ~Network();  // stops
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  // Listens and dials; the bound port, 0 without a listen address. Errors: bad_config (no numeric
  // address), port_in_use, io_error.
  Result<std::uint16_t> start();

  // Tells each peer, closes all connections, and returns when no handler runs or will run.
  void stop();

  Sent send(const PublicKey& peer, const PeerMessage& message);
  // To all connected of them; encoded once. The peers for whom it was queued.
  std::size_t broadcast(Audience audience, const PeerMessage& message);

  // The validators of the epoch (with those of the one before as long as these have to be served).
  // Connections with peers that thereby lose their right are closed.
  void set_validators(const std::vector<PublicKey>& validators);
  // Another list of known peers: new addresses count from the next dial on, which is now for those
  // who are not connected. Error bad_config, as `create`; then nothing changes.
  Result<void> set_peers(const std::vector<KnownPeer>& peers);

  // Disconnects a peer that sent what no correct node sends, and refuses it for a pause that grows
  // with each time.
  void punish(const PublicKey& peer, const std::string& why);

  // Validators and known peers, ordered by key, without this node itself.
  std::vector<PeerStatus> peers() const;
  NetworkStats stats() const;

 private:
  explicit Network(std::shared_ptr<Hub> hub);
  const std::shared_ptr<Hub> hub_;
};

}  // namespace generion::p2p
