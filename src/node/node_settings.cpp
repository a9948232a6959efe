#include "node/node_settings.h"

#include <fmt/core.h>

#include <algorithm>
#include <thread>

#include "base/file.h"
#include "base/hex.h"
#include "base/limits.h"

namespace generion::node {
namespace {

bool is_member(const Genesis& genesis, const PublicKey& key) {
  return std::ranges::any_of(genesis.validators,
                             [&](const GenesisValidator& member) { return member.key == key; });
}

// Nodes that may bring transactions in.
std::size_t count_ingresses(const Config& config, const Genesis& genesis, const PublicKey& self) {
  std::size_t out = genesis.validators.size() + (is_member(genesis, self) ? 0 : 1);
  for (const P2pPeer& peer : config.p2p.peers) out += is_member(genesis, peer.key) ? 0 : 1;
  return out;
}

}  // namespace

bool has_network(const Config& config) {
  return config.p2p.listen || !config.p2p.peers.empty();
}

Result<Genesis> load_genesis(const std::filesystem::path& path) {
  auto text = read_file(path, limits::kGenesisBytesMax);
  if (!text) return fail(text.error());
  auto genesis = parse_genesis(*text);
  if (!genesis) {
    return fail(genesis.error().code, path.string() + ": " + genesis.error().message);
  }
  return genesis;
}

Result<void> check_members(const Config& config, const Genesis& genesis, const PublicKey& self) {
  if (has_network(config)) return {};
  if (!is_member(genesis, self)) {
    return fail(Code::bad_config,
                fmt::format("the key {} of the key file is none of the chain's {} validators; give "
                            "the key that belongs to this chain, or name nodes to follow in "
                            "[[p2p.peer]]",
                            to_hex(self), genesis.validators.size()));
  }
  if (genesis.validators.size() == 1) return {};
  return fail(Code::bad_config,
              fmt::format("the genesis file names {} validators, and this node knows none of the "
                          "others; give p2p.listen and a [[p2p.peer]] for each",
                          genesis.validators.size()));
}

RunnerSettings runner_settings(const Config& config, const Genesis& genesis,
                               const ledger::Ledger& ledger, const PublicKey& self) {
  RunnerSettings out;
  out.replica.members = {ledger.chain(), Epoch(0), ledger.epoch()->validators};
  out.replica.self = self;
  out.replica.start_time = genesis.time;
  out.replica.heartbeat_ms = genesis.parameters.heartbeat_ms;
  out.replica.empty_gap_ms = genesis.parameters.heartbeat_ms / 2;
  out.replica.timeout_ms = config.consensus.view_timeout_ms;
  out.replica.timeout_max_ms = config.consensus.view_timeout_max_ms;
  out.parameters = genesis.parameters;
  std::error_code error;
  out.is_listening = std::filesystem::exists(config.data_dir / kVotesLostFile, error);
  out.batch_fill = config.consensus.batch_fill;
  out.mempool = {config.mempool.transactions_max, config.mempool.bytes_max,
                 config.mempool.per_sender_max, count_ingresses(config, genesis, self)};
  return out;
}

ledger::LedgerOptions ledger_options(const LedgerConfig& config) {
  return {config.kept_blocks, config.kept_ms, config.cache_mib * 1024 * 1024,
          config.flush_transactions, config.flush_ms};
}

std::size_t verify_threads(const Config& config) {
  if (config.verify_threads > 0) return config.verify_threads;
  return std::max(1U, std::thread::hardware_concurrency());
}

}  // namespace generion::node
