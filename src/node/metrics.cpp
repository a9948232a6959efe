#include "node/metrics.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

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
  // One value for each label.
  void gauges(std::string name, std::string help, const std::string& label,
              const std::vector<std::pair<std::string, double>>& values) {
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

void add_chain(Families& out, const ledger::Ledger& ledger, const RunnerStatus& runner) {
  const auto tip = ledger.tip();
  out.gauge("height", "The newest executed block.", as_double(tip->height().value()));
  out.gauge("sealed_height", "The newest block with a certificate.",
            as_double(ledger.stable().value()));
  out.gauge("block_time_seconds", "Time of the newest block, seconds since 1970.",
            as_double(tip->header().time.value()) / 1000);
  out.gauge("state_objects", "Objects in the state.", as_double(tip->header().object_count));
  out.gauge("epoch", "Epoch of the newest block.", as_double(tip->header().epoch.value()));
  out.gauge("view", "The view of the replica.", as_double(runner.replica.view.value()));
  out.gauge("active", "1 if the replica takes part, 0 while a view change is under way.",
            runner.replica.active ? 1 : 0);
  out.gauge("diverged", "1 if this node's state differs from the certified one.",
            runner.replica.divergence ? 1 : 0);
}

void add_transactions(Families& out, const RunnerStatus& runner, const VerifyPool& pool) {
  const RunnerCounters& counters = runner.counters;
  out.counter("transactions_accepted_total", "Taken into the mempool.", counters.accepted);
  out.counter("transactions_executed_total", "Took effect.", runner.outcomes.executed);
  out.counter("transactions_refused_total", "Refused by the contract, with a receipt.",
              runner.outcomes.refused);
  out.counter("transactions_expired_total", "Not ordered in time.", runner.outcomes.expired);
  out.counter("proposals_total", "Batches that this node proposed.", counters.proposals);
  out.counter("evidence_total", "Contradicting signed messages of a validator.", counters.evidence);
  out.gauge("mempool_transactions", "Waiting to be executed.", as_double(runner.mempool));
  out.gauge("mempool_bytes", "Their bytes, with attachments.", as_double(runner.mempool_bytes));
  out.gauge("waiters", "Requests that wait for an outcome.", as_double(runner.waiters));
  out.gauge("verify_queue", "Jobs that wait for a verify thread.", as_double(pool.waiting()));
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

void add_consensus(Families& out, const RunnerStatus& runner) {
  out.gauge("head_height", "The chain's newest block, as far as this node has heard.",
            as_double(runner.head.value()));
  out.gauge("lag_blocks", "Blocks that this node is behind that.",
            as_double(runner.head.value() - runner.replica.executed.value()));
  out.gauge("syncing", "1 while final blocks are fetched from other nodes.",
            runner.is_syncing ? 1 : 0);
  out.gauge("validator", "1 if this node's key is in the set, 0 if it only follows.",
            runner.is_validator ? 1 : 0);
  out.gauge("complained", "1 if this node has complained of the present primary.",
            runner.replica.has_complained ? 1 : 0);
  out.gauge("batches_incomplete", "Proposed batches that lack transactions here.",
            as_double(runner.gathering));
  out.counter("view_changes_total", "Views that this node has left.", runner.counters.views_left);
  out.counter("blocks_fetched_total", "Blocks taken from other nodes instead of voted for.",
              runner.counters.blocks_fetched);
}

void add_peers(Families& out, const std::vector<rpc::PeerView>& peers, const PeerCounters& from) {
  std::vector<std::pair<std::string, double>> connected;
  std::vector<std::pair<std::string, double>> queued;
  std::vector<std::pair<std::string, double>> dropped;
  for (const rpc::PeerView& peer : peers) {
    const std::string key = address_text(peer.key);
    connected.emplace_back(key, peer.state == "connected" ? 1 : 0);
    queued.emplace_back(key, as_double(peer.queued_bytes));
    dropped.emplace_back(key, as_double(peer.dropped));
  }
  out.gauges("peer_connected", "1 if this node is connected with the other.", "peer", connected);
  out.gauges("peer_queued_bytes", "Bytes that wait to be sent to it.", "peer", queued);
  out.gauges("peer_dropped_messages", "Messages to it that a full queue lost, since the start.",
             "peer", dropped);
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
  add_chain(out, parts_.ledger, runner);
  add_consensus(out, runner);
  add_peers(out, parts_.peers(), parts_.from_peers());
  add_transactions(out, runner, parts_.pool);
  add_proofs(out, parts_.proof_guard.counters());
  add_storage(out, parts_.ledger, parts_.journal);
  return out.text();
}

}  // namespace generion::node
