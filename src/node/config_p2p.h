// The section [p2p] of a node's configuration.
#pragma once

#include "node/config_reader.h"

namespace generion::node {

P2pConfig read_p2p(ConfigReader& in);

}  // namespace generion::node
