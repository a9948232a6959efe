// How a node fares, for whoever has to keep it well: what getHealth, /health and /metrics tell.
#pragma once

#include <string_view>

#include "rpc/backend.h"

namespace generion::rpc {

// What can be wrong with a node, the gravest first: up to view_change it stops serving.
// docs/operators/health.md has a section on each.
enum class Trouble : std::uint8_t {
  diverged,
  votes_lost,
  recovering,
  isolated,
  behind,
  view_change,
  no_quorum,
  stalled,
  primary_late,
  validator_missing,
  queue_full,
  disk_low,
  clock_skew,
  evidence,
  certificate_expires
};
inline constexpr std::size_t kTroubles = 15;

// "DIVERGED": by this name it stands in answers and in metrics.
std::string_view trouble_name(Trouble trouble);

// Whether a node in this trouble should be passed over by those who have a choice: it is not ready.
bool stops_serving(Trouble trouble);

struct HealthReason {
  Trouble trouble = Trouble::diverged;
  std::string what;
  std::string to_do;
};

struct DiskSpace {
  std::uint64_t free_bytes = 0;  // that this process may use
  std::uint64_t bytes = 0;
};

// A piece of evidence, without the messages that prove it.
struct EvidenceFound {
  PublicKey culprit;
  TimeMs found_at;
};

// A TLS certificate of the RPC, as it was loaded.
struct CertificateEnd {
  std::string address;  // of the listener
  TimeMs ends;
};

// How far a node is that joins by a snapshot.
struct JoinProgress {
  std::string stage;  // "epochs", "parts", "index" or "window"
  Height height;      // of the snapshot
  std::uint64_t parts = 0;
  std::uint64_t parts_held = 0;
  std::uint64_t bytes = 0;  // received since the start
  std::uint64_t peers = 0;  // that serve it
};

struct NodeHealth {
  NodeStatus status;
  std::vector<PeerView> peers;
  std::vector<EvidenceFound> evidence;  // of what Backend::evidence tells

  // The replica.
  bool is_validator = false;
  bool is_active = true;  // false: a view change is under way
  bool has_complained = false;
  bool is_recovering = false;
  bool is_listening = false;           // its journal lacks votes that it has cast
  std::optional<Epoch> listens_until;  // it votes again in that one; none: not known yet
  bool is_syncing = false;
  std::optional<Height> diverged_at;
  std::optional<JoinProgress> joining;
  Height base;  // blocks up to here are not held
  std::uint64_t views_left = 0;
  std::uint64_t blocks_fetched = 0;
  std::uint64_t since_block_ms = 0;  // since a block was executed or sealed, or since the start
  std::uint64_t heartbeat_ms = 0;    // an idle chain makes a block so often

  // Queues.
  std::uint64_t mempool_bytes = 0;
  double mempool_fullest_share = 0;  // of a node that brings transactions in: 0 empty, 1 full
  std::uint64_t verify_waiting = 0;
  std::uint64_t verify_max = 0;
  std::uint64_t waiters = 0;
  std::uint64_t batches_incomplete = 0;

  // The machine.
  std::optional<DiskSpace> disk;
  std::vector<CertificateEnd> certificates;

  // The gravest first.
  std::vector<HealthReason> reasons;

  // Validators that are connected; this one counts if it is one.
  std::uint64_t validators_connected() const;
  std::uint64_t peers_connected() const;
  // This node's clock less the median of the others'; absent if none is known. Between two in the
  // middle the one that is nearer to 0 counts.
  std::optional<std::int64_t> clock_offset_ms() const;
  // Blocks that this node is behind the chain's head.
  std::uint64_t lag() const { return status.head.value() - status.height.value(); }
};

}  // namespace generion::rpc
