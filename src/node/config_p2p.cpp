#include "node/config_p2p.h"

#include <fmt/format.h>

#include <array>
#include <set>

#include "base/limits.h"
#include "node/host_port.h"
#include "types/address.h"

namespace generion::node {
namespace {

constexpr std::array<std::string_view, 2> kRoleNames{"validator", "observer"};
constexpr std::string_view kPeers = "p2p.peer";

P2pPeer read_peer(ConfigReader& in) {
  P2pPeer out;
  const std::string key = in.text("key", "");
  if (auto parsed = parse_address(key)) {
    out.key = *parsed;
  } else {
    in.mistake("key", fmt::format("is no node's key: {}", parsed.error().message));
  }
  out.role = static_cast<PeerRole>(in.choice("role", 0, kRoleNames) + 1);
  const std::string address = in.text("address", "");
  if (address.empty()) return out;
  if (auto parsed = parse_host_port(address, HostKind::ip_address_or_name)) {
    out.host = parsed->host;
    out.port = parsed->port;
  }
  if (out.port == 0) {
    in.mistake("address",
               fmt::format("is \"{}\"; wanted: a host and a port, such as \"10.0.0.2:8565\" or "
                           "\"node.example.org:8565\", or nothing: then it has to dial this node",
                           address));
  }
  return out;
}

}  // namespace

P2pConfig read_p2p(ConfigReader& in) {
  P2pConfig out;
  in.section("p2p");
  const std::string listen = in.text("listen", "");
  if (!listen.empty()) {
    if (auto parsed = parse_host_port(listen, HostKind::ip_address)) {
      out.listen = P2pListen{parsed->host, parsed->port};
    } else {
      in.mistake("listen", fmt::format("is \"{}\"; wanted: an IP address and a port, such as "
                                       "\"0.0.0.0:8565\", or \"\" to dial only",
                                       listen));
    }
  }
  out.threads = in.number("threads", out.threads, {1, 64});
  const std::size_t peers = in.array_size(kPeers);
  std::set<PublicKey> seen;
  for (std::size_t i = 0; i < peers; ++i) {
    ConfigReader& element = in.element(kPeers, i);
    P2pPeer peer = read_peer(element);
    if (i == limits::kPeersMax) {
      element.mistake("key",
                      fmt::format("is one too many; {} peers are allowed", limits::kPeersMax));
      break;
    }
    if (!peer.key.is_zero() && !seen.insert(peer.key).second) {
      element.mistake("key", "stands twice; give each peer once");
    }
    out.peers.push_back(std::move(peer));
  }
  return out;
}

}  // namespace generion::node
