// The configuration file of a new node: what differs from the defaults.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "node/config.h"

namespace generion::node {

struct InitConfig {
  std::string rpc_address;
  bool is_key_sealed = false;
  std::optional<P2pListen> p2p_listen;
  std::vector<P2pPeer> peers;  // with host and port
};

std::string init_config_text(const InitConfig& config);

}  // namespace generion::node
