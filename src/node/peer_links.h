// What the parts of the replica thread ask of the network. It may find nobody: any message may be
// lost.
#pragma once

#include <functional>
#include <string>

#include "types/peer_messages.h"

namespace generion::node {

struct PeerLinks {
  std::function<void(const PublicKey& to, PeerMessage message)> send;
  std::function<void(PeerMessage message)> to_validators;  // to all others
  std::function<void(PeerMessage message)> to_all;
  // The peer sent what no correct node sends.
  std::function<void(const PublicKey& peer, const std::string& why)> punish;
};

// Of a node that knows no other.
inline PeerLinks no_peers() {
  PeerLinks out;
  out.send = [](const PublicKey&, const PeerMessage&) {};
  out.to_validators = out.to_all = [](const PeerMessage&) {};
  out.punish = [](const PublicKey&, const std::string&) {};
  return out;
}

}  // namespace generion::node
