#include "rpc/results.h"
#include "types/address.h"

namespace generion::rpc {
namespace {

void add_reasons(JsonObject& out, const NodeHealth& health, const Memory& memory) {
  JsonArray reasons(memory);
  for (const HealthReason& reason : health.reasons) {
    JsonObject entry(3, memory);
    entry.emplace("code", trouble_name(reason.trouble));
    entry.emplace("what", reason.what);
    entry.emplace("do", reason.to_do);
    reasons.emplace_back(std::move(entry));
  }
  out.emplace("ready", health.status.ready);
  out.emplace("well", health.reasons.empty());
  out.emplace("reasons", std::move(reasons));
}

JsonObject joining_json(const JoinProgress& joining, const Memory& memory) {
  JsonObject out(6, memory);
  out.emplace("stage", joining.stage);
  out.emplace("height", joining.height.value());
  out.emplace("parts", joining.parts);
  out.emplace("parts_held", joining.parts_held);
  out.emplace("bytes", joining.bytes);
  out.emplace("peers", joining.peers);
  return out;
}

void add_consensus(JsonObject& out, const NodeHealth& health) {
  const NodeStatus& status = health.status;
  out.emplace("role", status.role);
  out.emplace("epoch", status.epoch.value());
  out.emplace("view", status.view.value());
  if (status.primary) out.emplace("primary", address_text(*status.primary));
  out.emplace("height", status.height.value());
  out.emplace("sealed_height", status.sealed_height.value());
  out.emplace("head", status.head.value());
  out.emplace("lag", health.lag());
  out.emplace("syncing", health.is_syncing);
  out.emplace("blocks_fetched", health.blocks_fetched);
  out.emplace("since_block_ms", health.since_block_ms);
  out.emplace("view_change", !health.is_active);
  out.emplace("complained", health.has_complained);
  out.emplace("views_left", health.views_left);
  out.emplace("recovering", health.is_recovering);
  out.emplace("listening", health.is_listening);
  if (health.listens_until) out.emplace("listens_until_epoch", health.listens_until->value());
  out.emplace("first_block", health.base.value() + 1);
  if (health.joining) out.emplace("joining", joining_json(*health.joining, out.storage()));
  if (health.diverged_at) out.emplace("diverged_at", health.diverged_at->value());
}

void add_connections(JsonObject& out, const NodeHealth& health) {
  std::uint64_t queued = 0;
  std::uint64_t dropped = 0;
  for (const PeerView& peer : health.peers) {
    queued += peer.queued_bytes;
    dropped += peer.dropped;
  }
  out.emplace("validators", health.status.validators);
  out.emplace("quorum", health.status.quorum);
  out.emplace("validators_connected", health.validators_connected());
  out.emplace("peers", health.peers.size());
  out.emplace("peers_connected", health.peers_connected());
  out.emplace("peers_queued_bytes", queued);
  out.emplace("peers_dropped_messages", dropped);
}

void add_queues(JsonObject& out, const NodeHealth& health) {
  out.emplace("mempool", health.status.mempool);
  out.emplace("mempool_bytes", health.mempool_bytes);
  out.emplace("mempool_percent", static_cast<std::uint64_t>(100 * health.mempool_fullest_share));
  out.emplace("verify_queue", health.verify_waiting);
  out.emplace("verify_queue_max", health.verify_max);
  out.emplace("waiters", health.waiters);
  out.emplace("batches_incomplete", health.batches_incomplete);
}

void add_machine(JsonObject& out, const NodeHealth& health, const Memory& memory) {
  out.emplace("evidence", health.evidence.size());
  if (health.disk) {
    out.emplace("disk_free_bytes", health.disk->free_bytes);
    out.emplace("disk_bytes", health.disk->bytes);
  }
  out.emplace("time_ms", health.status.time.value());
  if (const auto offset = health.clock_offset_ms()) out.emplace("clock_offset_ms", *offset);
  if (health.certificates.empty()) return;
  JsonArray ends(memory);
  for (const CertificateEnd& certificate : health.certificates) {
    JsonObject entry(2, memory);
    entry.emplace("address", certificate.address);
    entry.emplace("ends_at_ms", certificate.ends.value());
    ends.emplace_back(std::move(entry));
  }
  out.emplace("certificates", std::move(ends));
}

}  // namespace

Json to_json(const NodeHealth& health, const Memory& memory) {
  JsonObject out(48, memory);
  add_reasons(out, health, memory);
  add_consensus(out, health);
  add_connections(out, health);
  add_queues(out, health);
  add_machine(out, health, memory);
  return Json(std::move(out));
}

}  // namespace generion::rpc
