#include "node/health.h"

#include <algorithm>

#include "base/version.h"
#include "contract/account_queries.h"
#include "net/certificate.h"
#include "node/clock.h"
#include "node/health_reasons.h"
#include "node/host_port.h"

namespace generion::node {
namespace {

std::optional<rpc::DiskSpace> disk_space(const std::filesystem::path& path) {
  std::error_code error;
  const auto space = std::filesystem::space(path, error);
  if (error) return std::nullopt;
  return rpc::DiskSpace{space.available, space.capacity};
}

void add_replica(rpc::NodeHealth& out, const RunnerStatus& runner) {
  out.is_validator = runner.is_validator;
  out.is_active = runner.replica.active;
  out.has_complained = runner.replica.has_complained;
  out.is_recovering = runner.replica.is_recovering;
  out.is_listening = runner.listening || runner.replica.has_lost_votes;
  if (runner.listening) out.listens_until = runner.listening->until;
  out.is_syncing = runner.is_syncing;
  out.diverged_at = runner.foreign_block;
  if (runner.replica.divergence) out.diverged_at = runner.replica.divergence->height;
  out.views_left = runner.counters.views_left;
  out.blocks_fetched = runner.counters.blocks_fetched;
  out.mempool_bytes = runner.mempool_bytes;
  out.mempool_fullest_share = runner.mempool_fullest_share;
  out.waiters = runner.waiters;
  out.batches_incomplete = runner.gathering;
}

}  // namespace

rpc::NodeStatus Health::status(const RunnerStatus& runner) const {
  const auto tip = parts_.ledger.tip();
  rpc::NodeStatus out;
  out.version = version_text();
  out.role = runner.is_validator ? "validator" : "observer";
  out.epoch = runner.epoch;
  out.view = runner.replica.view;
  out.height = tip->height();
  out.sealed_height = parts_.ledger.stable();
  out.block_hash = tip->hash();
  out.block_time = tip->header().time;
  out.time = read_clocks().wall;
  out.mempool = runner.mempool;
  out.validators = parts_.ledger.epoch()->validators.size();
  out.quorum = quorum_size(out.validators);
  if (runner.is_validator) out.primary = runner.replica.primary;
  out.head = std::max(runner.head, out.height);
  return out;
}

rpc::NodeHealth Health::look() const {
  const RunnerStatus runner = parts_.replica.status();
  rpc::NodeHealth out;
  out.status = status(runner);
  out.peers = parts_.peers();
  out.status.peers = out.peers_connected();
  out.evidence = parts_.evidence.found();
  add_replica(out, runner);
  out.since_block_ms = parts_.watch.quiet_ms();
  out.heartbeat_ms = parts_.ledger.epoch()->parameters.heartbeat_ms;
  out.verify_waiting = parts_.pool.waiting();
  out.verify_max = parts_.pool.transactions_max();
  out.disk = disk_space(parts_.data_dir);
  out.certificates = parts_.certificates;
  out.joining = parts_.joining();
  out.base = parts_.ledger.base();
  out.reasons = health_reasons(out);
  const auto stops = std::ranges::find_if(out.reasons, [](const rpc::HealthReason& reason) {
    return rpc::stops_serving(reason.trouble);
  });
  out.status.ready = stops == out.reasons.end();
  if (!out.status.ready) out.status.not_ready_reason = stops->what;
  return out;
}

std::vector<rpc::PeerView> with_names(std::vector<rpc::PeerView> peers,
                                      const ledger::StateVersion& state) {
  if (peers.empty()) return peers;
  try {
    const contract::Validators validators = contract::read_validators(state);
    for (rpc::PeerView& peer : peers) {
      const auto* known = contract::find_validator(validators, peer.key);
      if (known != nullptr) peer.name = known->name;
    }
  } catch (const ledger::StorageFailure&) {
    return peers;  // of a node whose disk fails the rest has to be told all the same
  }
  return peers;
}

std::vector<rpc::CertificateEnd> certificate_ends(const RpcConfig& config) {
  std::vector<rpc::CertificateEnd> out;
  for (const RpcListener& listener : config.listeners) {
    if (listener.tls_certificate.empty()) continue;
    if (const auto ends = net::certificate_end(listener.tls_certificate)) {
      out.push_back({host_port_text({listener.host, listener.port}), *ends});
    }
  }
  return out;
}

}  // namespace generion::node
