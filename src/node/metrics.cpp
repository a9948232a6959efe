#include "node/metrics.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <vector>

#include "types/address.h"

namespace generion::node {
namespace {

using prometheus::MetricFamily;
using prometheus::MetricType;

class Families {
 public:
  void gauge(std::string name, std::string help, double value) {
    prometheus::ClientMetric metric;
    metric.gauge.value = value;
    add(std::move(name), std::move(help), MetricType::Gauge, std::move(metric));
  }
  void counter(std::string name, std::string help, std::uint64_t value) {
    prometheus::ClientMetric metric;
    metric.counter.value = static_cast<double>(value);
    add(std::move(name), std::move(help), MetricType::Counter, std::move(metric));
  }
  // One value for each value of the label.
  using Labelled = std::vector<std::pair<std::string, double>>;
  void gauges(std::string name, std::string help, const std::string& label,
              const Labelled& values) {
    if (values.empty()) return;
    MetricFamily family;
    family.name = "generion_" + std::move(name);
    family.help = std::move(help);
    family.type = MetricType::Gauge;
    for (const auto& [of, value] : values) {
      prometheus::ClientMetric metric;
      metric.label.push_back({label, of});
      metric.gauge.value = value;
      family.metric.push_back(std::move(metric));
    }
    families_.push_back(std::move(family));
  }
  std::string text() const { return prometheus::TextSerializer().Serialize(families_); }

 private:
  void add(std::string name, std::string help, MetricType type, prometheus::ClientMetric metric) {
    MetricFamily family;
    family.name = "generion_" + std::move(name);
    family.help = std::move(help);
    family.type = type;
    family.metric.push_back(std::move(metric));
    families_.push_back(std::move(family));
  }

  std::vector<MetricFamily> families_;
};

double as_double(std::uint64_t value) {
  return static_cast<double>(value);
}

void add_chain(Families& out, const ledger::Ledger& ledger, const rpc::NodeHealth& health) {
  const auto tip = ledger.tip();
  out.gauge("height", "The newest executed block.", as_double(tip->height().value()));
  out.gauge("sealed_height", "The newest block with a certificate.",
            as_double(ledger.stable().value()));
  out.gauge("block_time_seconds", "Time of the newest block, seconds since 1970.",
            as_double(tip->header().time.value()) / 1000);
  out.gauge("since_block_seconds", "Since a block was executed or sealed here, or since the start.",
            as_double(health.since_block_ms) / 1000);
  out.gauge("heartbeat_seconds", "An idle chain makes a block so often.",
            as_double(health.heartbeat_ms) / 1000);
  out.gauge("state_objects", "Objects in the state.", as_double(tip->header().object_count));
  out.gauge("epoch", "Epoch of the newest block.", as_double(tip->header().epoch.value()));
}

// Each trouble has its value, so that a rule can name one that has never been.
void add_health(Families& out, const rpc::NodeHealth& health) {
  Families::Labelled troubles;
  for (std::size_t i = 0; i < rpc::kTroubles; ++i) {
    const auto trouble = static_cast<rpc::Trouble>(i);
    const bool is_there = std::ranges::find(health.reasons, trouble, &rpc::HealthReason::trouble) !=
                          health.reasons.end();
    troubles.emplace_back(rpc::trouble_name(trouble), is_there ? 1 : 0);
  }
  out.gauges("trouble", "1 if this is a reason why the node is not well.", "code", troubles);
  out.gauge("ready", "1 if the node can serve, as /ready says.", health.status.ready ? 1 : 0);
}

void add_machine(Families& out, const rpc::NodeHealth& health) {
  if (health.disk) {
    out.gauge("disk_free_bytes", "Free on the disk of the node's data.",
              as_double(health.disk->free_bytes));
    out.gauge("disk_bytes", "The size of that disk.", as_double(health.disk->bytes));
  }
  out.gauge("time_seconds", "The node's clock, seconds since 1970.",
            as_double(health.status.time.value()) / 1000);
  if (const auto offset = health.clock_offset_ms()) {
    out.gauge("clock_offset_seconds", "The node's clock less the median of the others'.",
              static_cast<double>(*offset) / 1000);
  }
  Families::Labelled ends;
  for (const rpc::CertificateEnd& certificate : health.certificates) {
    ends.emplace_back(certificate.address, as_double(certificate.ends.value()) / 1000);
  }
  out.gauges("certificate_end_seconds", "When a TLS certificate ends, seconds since 1970.",
             "address", ends);
}

void add_transactions(Families& out, const RunnerStatus& runner, const rpc::NodeHealth& health) {
  const RunnerCounters& counters = runner.counters;
  out.counter("transactions_accepted_total", "Taken into the mempool.", counters.accepted);
  out.counter("transactions_executed_total", "Took effect.", runner.outcomes.executed);
  out.counter("transactions_refused_total", "Refused by the contract, with a receipt.",
              runner.outcomes.refused);
  out.counter("transactions_expired_total", "Not ordered in time.", runner.outcomes.expired);
  out.counter("proposals_total", "Batches that this node proposed.", counters.proposals);
  out.counter("evidence_total", "Contradicting signed messages of a validator.", counters.evidence);
  out.gauge("evidence_kept", "Pieces of evidence that getEvidence shows.",
            as_double(health.evidence.size()));
  out.gauge("mempool_transactions", "Waiting to be executed.", as_double(runner.mempool));
  out.gauge("mempool_bytes", "Their bytes, with attachments.", as_double(runner.mempool_bytes));
  out.gauge("mempool_fullest_share", "Of the nodes that bring transactions in: 0 empty, 1 full.",
            runner.mempool_fullest_share);
  out.gauge("waiters", "Requests that wait for an outcome.", as_double(runner.waiters));
  out.gauge("verify_queue", "Jobs that wait for a verify thread.",
            as_double(health.verify_waiting));
  out.gauge("verify_queue_max", "Transactions among them at most.", as_double(health.verify_max));
}

void add_storage(Families& out, const ledger::Ledger& ledger, const JournalThread& journal) {
  const ledger::LedgerCounters counters = ledger.counters();
  out.counter("chain_writes_total", "Write batches of the chain database.", counters.chain_writes);
  out.counter("chain_written_bytes_total", "Bytes in them.", counters.chain_bytes);
  out.counter("chain_syncs_total", "Syncs of the chain database.", counters.chain_syncs);
  out.counter("state_writes_total", "Write batches of the state database.", counters.state_writes);
  out.counter("state_written_bytes_total", "Bytes in them.", counters.state_bytes);
  out.counter("state_flushes_total", "Flushes of the state database.", counters.state_flushes);
  out.counter("transactions_skipped_total", "Ordered, but executed before or too late.",
              counters.skipped);
  out.counter("blocks_reexecuted_total", "Blocks executed again at the start.",
              counters.reexecuted);
  out.gauge("erasure_pending", "Deleted attachments whose bytes are still in some file.",
            as_double(ledger.pending_erasures()));
  const ledger::JournalCounters written = journal.counters();
  out.counter("journal_entries_total", "Entries of the vote journal.", written.entries);
  out.counter("journal_written_bytes_total", "Bytes written to it.", written.bytes);
  out.counter("journal_syncs_total", "Syncs of it.", written.syncs);
  out.gauge("journal_segments", "Its files.", as_double(written.segments));
}

void add_consensus(Families& out, const RunnerStatus& runner, const rpc::NodeHealth& health) {
  out.gauge("view", "The view of the replica.", as_double(runner.replica.view.value()));
  if (health.status.primary) {
    out.gauges("primary", "The primary of that view.", "peer",
               {{address_text(*health.status.primary), 1}});
  }
  out.gauge("active", "1 if the replica takes part, 0 while a view change is under way.",
            health.is_active ? 1 : 0);
  out.gauge("diverged", "1 if this node's state differs from the certified one.",
            health.diverged_at ? 1 : 0);
  out.gauge("listening", "1 if the node votes no more, because its journal lacks votes of its own.",
            health.is_listening ? 1 : 0);
  out.gauge("recovering", "1 after a start, until a quorum has told what it heard from this node.",
            health.is_recovering ? 1 : 0);
  out.gauge("head_height", "The chain's newest block, as far as this node has heard.",
            as_double(health.status.head.value()));
  out.gauge("lag_blocks", "Blocks that this node is behind that.", as_double(health.lag()));
  out.gauge("syncing", "1 while final blocks are fetched from other nodes.",
            runner.is_syncing ? 1 : 0);
  out.gauge("validator", "1 if this node's key is in the set, 0 if it only follows.",
            runner.is_validator ? 1 : 0);
  out.gauge("complained", "1 if this node has complained of the present primary.",
            runner.replica.has_complained ? 1 : 0);
  out.gauge("batches_incomplete", "Proposed batches that lack transactions here.",
            as_double(runner.gathering));
  out.counter("view_changes_total", "Views that this node has left.", runner.counters.views_left);
  out.gauge("first_block", "The lowest height whose block this node holds.",
            as_double(health.base.value() + 1));
  const rpc::JoinProgress joining = health.joining.value_or(rpc::JoinProgress());
  out.gauge("joining", "1 while this node joins by a snapshot.", health.joining ? 1 : 0);
  out.gauge("join_parts", "Parts of the snapshot by which this node joins.",
            as_double(joining.parts));
  out.gauge("join_parts_held", "Those of them that are here.", as_double(joining.parts_held));
  out.counter("blocks_fetched_total", "Blocks taken from other nodes instead of voted for.",
              runner.counters.blocks_fetched);
}

void add_peers(Families& out, const rpc::NodeHealth& health) {
  Families::Labelled connected;
  Families::Labelled queued;
  Families::Labelled dropped;
  Families::Labelled round_trip;
  Families::Labelled offset;
  for (const rpc::PeerView& peer : health.peers) {
    const std::string key = address_text(peer.key);
    connected.emplace_back(key, peer.state == "connected" ? 1 : 0);
    queued.emplace_back(key, as_double(peer.queued_bytes));
    dropped.emplace_back(key, as_double(peer.dropped));
    if (peer.round_trip_us) round_trip.emplace_back(key, as_double(*peer.round_trip_us) / 1e6);
    if (peer.clock_offset_ms) {
      offset.emplace_back(key, static_cast<double>(*peer.clock_offset_ms) / 1000);
    }
  }
  out.gauge("validators", "Validators of the epoch.", as_double(health.status.validators));
  out.gauge("quorum", "Validators that are needed to order.", as_double(health.status.quorum));
  out.gauge("validators_connected", "Validators that are connected; this node counts if it is one.",
            as_double(health.validators_connected()));
  out.gauge("peers_connected", "Nodes that this one is connected with.",
            as_double(health.peers_connected()));
  out.gauges("peer_connected", "1 if this node is connected with the other.", "peer", connected);
  out.gauges("peer_queued_bytes", "Bytes that wait to be sent to it.", "peer", queued);
  out.gauges("peer_dropped_messages", "Messages to it that a full queue lost, since the start.",
             "peer", dropped);
  out.gauges("peer_round_trip_seconds", "There and back, by the last ping.", "peer", round_trip);
  out.gauges("peer_clock_offset_seconds", "The node's clock less the other's.", "peer", offset);
}

void add_from_peers(Families& out, const PeerCounters& from) {
  out.counter("votes_checked_total", "Messages of validators whose signatures were checked.",
              from.votes_checked);
  out.counter("votes_passed_over_total", "Messages that nobody needed any more, unchecked.",
              from.votes_passed_over);
  out.counter("votes_refused_total", "Messages that did not hold.", from.votes_refused);
  out.counter("peer_transactions_total", "Transactions from other nodes that were taken.",
              from.transactions);
  out.counter("peer_transactions_known_total", "That were here already.", from.transactions_known);
  out.counter("peer_transactions_refused_total", "That did not hold, or not any more.",
              from.transactions_refused);
  out.counter("peer_transactions_dropped_total", "For which the verify queue had no room.",
              from.transactions_dropped);
}

void add_proofs(Families& out, const ProofCounters& counters) {
  out.counter("proofs_passed_total", "Transactions whose proofs were checked and held.",
              counters.passed);
  out.counter("proofs_failed_total", "Transactions refused for a proof that did not hold.",
              counters.failed);
  out.counter("proofs_unchecked_total",
              "Transactions refused unchecked, because their sender's proofs had failed.",
              counters.refused);
  out.gauge("proof_failing_senders", "Senders with a failed proof in the last hour.",
            as_double(counters.senders));
}

}  // namespace

std::string Metrics::text() const {
  Families out;
  const RunnerStatus runner = parts_.replica.status();
  const rpc::NodeHealth health = parts_.health.look();
  add_health(out, health);
  add_chain(out, parts_.ledger, health);
  add_consensus(out, runner, health);
  add_peers(out, health);
  add_from_peers(out, parts_.from_peers());
  add_transactions(out, runner, health);
  add_proofs(out, parts_.proof_guard.counters());
  add_storage(out, parts_.ledger, parts_.journal);
  add_machine(out, health);
  return out.text();
}

}  // namespace generion::node
