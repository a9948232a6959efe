// Methods about the other nodes.
#include "base/base64.h"
#include "rpc/method_table.h"
#include "rpc/results.h"
#include "types/address.h"

namespace generion::rpc {
namespace {

Json peer_json(const PeerView& peer, const Memory& memory) {
  JsonObject out(20, memory);
  out.emplace("key", address_text(peer.key));
  if (!peer.name.empty()) out.emplace("name", peer.name);
  out.emplace("role", peer.role);
  out.emplace("state", peer.state);
  out.emplace("since_ms", peer.since.value());
  out.emplace("address", peer.address);
  out.emplace("software", peer.software);
  out.emplace("dialled", peer.dialled);
  if (peer.round_trip_us) out.emplace("round_trip_us", *peer.round_trip_us);
  if (peer.clock_offset_ms) out.emplace("clock_offset_ms", *peer.clock_offset_ms);
  out.emplace("queued_messages", peer.queued_messages);
  out.emplace("queued_bytes", peer.queued_bytes);
  out.emplace("messages_in", peer.messages_in);
  out.emplace("messages_out", peer.messages_out);
  out.emplace("bytes_in", peer.bytes_in);
  out.emplace("bytes_out", peer.bytes_out);
  out.emplace("dropped", peer.dropped);
  out.emplace("connections", peer.connections);
  out.emplace("pauses", peer.pauses);
  if (!peer.last_error.empty()) out.emplace("last_error", peer.last_error);
  return Json(std::move(out));
}

Answer get_peers(const Context& context, const Arguments&, const Memory& memory) {
  JsonArray peers(memory);
  for (const PeerView& peer : context.backend.peers()) {
    peers.emplace_back(peer_json(peer, memory));
  }
  JsonObject out(1, memory);
  out.emplace("peers", std::move(peers));
  return Json(std::move(out));
}

Answer get_evidence(const Context& context, const Arguments&, const Memory& memory) {
  JsonArray items(memory);
  for (const EvidenceView& found : context.backend.evidence()) {
    JsonObject item(8, memory);
    item.emplace("validator", address_text(found.culprit));
    item.emplace("found_at_ms", found.found_at.value());
    item.emplace("kind", found.kind);
    item.emplace("epoch", found.epoch.value());
    item.emplace("view", found.view.value());
    if (found.height) item.emplace("height", found.height->value());
    item.emplace("first", to_base64(found.first));
    item.emplace("second", to_base64(found.second));
    items.emplace_back(std::move(item));
  }
  JsonObject out(1, memory);
  out.emplace("items", std::move(items));
  return Json(std::move(out));
}

Answer get_health(const Context& context, const Arguments&, const Memory& memory) {
  return to_json(context.backend.health(), memory);
}

}  // namespace

std::vector<Method> network_methods() {
  return {
      {.name = "getHealth",
       .summary = "Whether the node is well, what is wrong if not, and what to do",
       .parameters = {},
       .result = "ready, well, reasons (code, what, do), and what they are judged by: consensus, "
                 "connections, queues, disk, clock",
       .handler = get_health},
      {.name = "getPeers",
       .summary = "The other nodes, and the connections with them",
       .parameters = {},
       .result =
           "peers (key, name, role, state, since_ms, address, software, dialled, round_trip_us, "
           "clock_offset_ms, queues and counters, last_error)",
       .handler = get_peers},
      {.name = "getEvidence",
       .summary = "Signed messages of validators that contradict each other",
       .parameters = {},
       .result = "items (validator, found_at_ms, kind, epoch, view, height, first and second in "
                 "base64)",
       .handler = get_evidence},
  };
}

}  // namespace generion::rpc
