// From the configuration and the genesis file to the settings of a node's parts.
#pragma once

#include "node/config.h"
#include "node/replica_runner.h"

namespace generion::node {

// Errors: those of reading the file, and bad_genesis.
Result<Genesis> load_genesis(const std::filesystem::path& path);

// Whether it knows, or listens for, other nodes.
bool has_network(const Config& config);

// Error bad_config: the node of this key could neither order nor follow.
Result<void> check_members(const Config& config, const ValidatorSet& validators,
                           const PublicKey& self);

RunnerSettings runner_settings(const Config& config, const EpochState& epoch,
                               const PublicKey& self);
ledger::LedgerOptions ledger_options(const LedgerConfig& config);
std::size_t verify_threads(const Config& config);

}  // namespace generion::node
