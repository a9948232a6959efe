// Who may connect, and which of two connections with one peer is kept. Pure.
#pragma once

#include <optional>

#include "p2p/network.h"

namespace generion::p2p {

// What a node knows of itself when it judges a Hello.
struct OwnSide {
  PublicKey key;
  Hash chain;
  std::uint32_t protocol = kPeerProtocol;
};

// What it knows of the other end's key.
struct Standing {
  std::optional<PeerRole> role;  // none: neither in the validator set nor listed
  std::chrono::milliseconds pause_left{0};
};

// Why the other end is refused; none: it is welcome. Protocol and chain come first, so that a
// stranger with another chain learns the cause.
std::optional<Refusal> check_hello(const OwnSide& own, const PublicKey& peer, const Hello& hello,
                                   const Standing& standing);

// Of two connections with one peer.
struct Connection {
  bool dialled = false;        // by this node
  std::uint64_t instance = 0;  // the peer's, of its Hello
};

// Whether `fresh` takes the place of `present`. Both ends decide the same: a peer that was started
// anew, or dials again, knows nothing of the connection before; of two that were dialled at once,
// the one dialled by the smaller key stays.
bool takes_place(const PublicKey& own, const PublicKey& peer, const Connection& present,
                 const Connection& fresh);

// What a node says when it is shut down.
Refusal stopping();

// A text for people, such as "gen1qy... is no validator of this epoch ...".
Refusal refusal(RefusalReason reason, std::string text, std::chrono::milliseconds retry_after = {});

}  // namespace generion::p2p
