// From the configuration and the genesis file to the settings of a node's parts.
#pragma once

#include "node/config.h"
#include "node/replica_runner.h"

namespace generion::node {

// Errors: those of reading the file, and bad_genesis.
Result<Genesis> load_genesis(const std::filesystem::path& path);

// Whether it knows, or listens for, other nodes.
bool has_network(const Config& config);

// Inside data: there once this node's journal has lacked votes that it had cast. It only follows
// then.
inline constexpr std::string_view kVotesLostFile = "votes-lost";

// Error bad_config: the node of this key could neither order nor follow.
Result<void> check_members(const Config& config, const Genesis& genesis, const PublicKey& self);

RunnerSettings runner_settings(const Config& config, const Genesis& genesis,
                               const ledger::Ledger& ledger, const PublicKey& self);
ledger::LedgerOptions ledger_options(const LedgerConfig& config);
std::size_t verify_threads(const Config& config);

}  // namespace generion::node
