// Makes a node's directory: keys, genesis file, configuration and journal. The one place where a
// journal is created (docs/operators/node.md says why: a key without its journal is a lost
// journal).
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "crypto/secret.h"
#include "types/genesis.h"
#include "types/peer_messages.h"

namespace generion::node {

struct InitOptions {
  std::filesystem::path directory;  // must not exist, or be empty
  std::string chain_name;
  std::string validator_name;
  std::vector<GenesisInstitution> institutions;
  Parameters parameters = default_parameters();
  TimeMs time;  // of the genesis state
  std::string rpc_address = "127.0.0.1:8564";
  std::optional<crypto::SecretBytes> passphrase;  // seals both keys; none: plain files, mode 0600
};

// A whole network on one machine, for development and tests: one directory for each node inside
// `common.directory`, named after the node, with one genesis file.
struct InitNetworkOptions {
  InitOptions common;  // rpc_address: of the first node; validator_name is not used
  std::size_t validators = 4;
  std::size_t observers = 0;
};

// What lies in the directory, by name.
inline constexpr std::string_view kGenesisFile = "genesis.json";
inline constexpr std::string_view kConfigFile = "generiond.toml";
inline constexpr std::string_view kValidatorKeyFile = "validator.key";
inline constexpr std::string_view kGovernanceKeyFile = "governance.key";
inline constexpr std::string_view kDataDirectory = "data";
inline constexpr std::string_view kJournalDirectory = "journal";  // inside data

struct InitResult {
  Hash chain_id;
  PublicKey validator;
  PublicKey governance;
};

struct InitNetworkResult {
  struct Node {
    std::string name;  // "validator-1", "observer-1": its directory
    PeerRole role = PeerRole::validator;
    PublicKey key;
    std::string rpc_address;
  };
  Hash chain_id;
  std::vector<Node> nodes;
};

// All or nothing: everything is made in a directory beside, which is then renamed; after a failure
// or a crash `directory` is as it was. Errors: file_exists (the directory has content),
// bad_genesis, disk_full, io_error.
Result<InitResult> initialize_node(const InitOptions& options);

// As initialize_node. Node number i listens for RPC on the first one's port plus 2 i, and for other
// nodes on the port after that. Errors as there, and bad_config: no room for the ports.
Result<InitNetworkResult> initialize_network(const InitNetworkOptions& options);

}  // namespace generion::node
