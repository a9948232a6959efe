#include "node/init_config.h"

#include <fmt/format.h>

#include "node/host_port.h"
#include "node/init.h"
#include "types/address.h"

namespace generion::node {
namespace {

constexpr std::string_view kTemplate =
    R"(# What is not here has its default; configs/generiond.toml has every key.
data_dir = "{}"
genesis = "{}"
key_file = "{}"
admin_socket = "admin.sock"
{}
[[rpc.listener]]
address = "{}"
access = "open"
)";

constexpr std::string_view kSealedHint = R"(
# The key is sealed. Its passphrase comes from one of these, or is asked for on the terminal:
#passphrase_file = "/etc/generion/passphrase"
#passphrase_credential = "validator"
#passphrase_fd = 3
)";

constexpr std::string_view kPeerTemplate = R"(
[[p2p.peer]]
key = "{}"
address = "{}"
role = "{}"
)";

}  // namespace

std::string init_config_text(const InitConfig& config) {
  std::string out = fmt::format(kTemplate, kDataDirectory, kGenesisFile, kValidatorKeyFile,
                                config.is_key_sealed ? kSealedHint : "", config.rpc_address);
  if (!config.p2p_listen && config.peers.empty()) return out;
  out += "\n[p2p]\n";
  if (config.p2p_listen) {
    out += fmt::format("listen = \"{}\"\n",
                       host_port_text({config.p2p_listen->host, config.p2p_listen->port}));
  }
  for (const P2pPeer& peer : config.peers) {
    out +=
        fmt::format(kPeerTemplate, address_text(peer.key), host_port_text({peer.host, peer.port}),
                    peer.role == PeerRole::validator ? "validator" : "observer");
  }
  return out;
}

}  // namespace generion::node
