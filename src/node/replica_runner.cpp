#include "node/replica_runner.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/assert.h"
#include "base/hex.h"
#include "node/clock.h"

namespace generion::node {
namespace {

using consensus::Monotonic;
using consensus::OwnVote;

constexpr std::uint64_t kTickMsMax = 1'000;
constexpr std::uint64_t kExpiryMs = 1'000;

}  // namespace

ReplicaRunner::ReplicaRunner(RunnerSettings settings, const consensus::Restored& restored,
                             std::vector<consensus::JournalEntry> journal, ledger::Ledger& ledger,
                             const crypto::SigningKey& key, RunnerLinks links)
    : settings_(std::move(settings)),
      ledger_(ledger),
      key_(key),
      links_(std::move(links)),
      epoch_(std::move(settings_.epoch)),
      journal_(std::move(journal)),
      listener_(settings_.listening),
      votes_(ledger.chain(), key, journal_),
      mempool_(settings_.mempool),
      batches_(ledger, rules().number),
      proposer_({ledger.chain(), key.public_key(), settings_.batch_fill}, epoch_.rules, mempool_,
                batches_),
      answers_(ledger, links_.answer_sealed),
      relay_(key.public_key(), mempool_, links_.peers),
      censors_(rules().validators.size(), settings_.censor_after),
      fetcher_(make_fetcher()),
      sync_(make_sync()),
      certificates_(make_certificate_fetcher()),
      heads_(rules().validators.size()),
      handed_(ledger.stored()),
      newest_stable_(restored.stable),
      durable_stable_(restored.stable) {
  const auto tip = ledger.tip();
  applied_ = {tip->height(), tip->header().time, settings_.next_due};
  vote_filter_.on_stable(ledger.stable());
  make_replica(restored);
}

void ReplicaRunner::start() {
  const consensus::Now now = read_clocks();
  last_tick_ = now.monotonic;
  want_certificates(rules().first, ledger_.stable(), epoch_.rules);
  start_replica(now);
  propose();
  set_next_tick();
}

// What was executed while its signature was checked would wait in the mempool for its end.
bool ReplicaRunner::was_executed_since(Height looked_up, const TxId& id) const {
  if (applied_.height <= looked_up) return false;
  const auto place = ledger_.find(id);
  return place && place->has_value();
}

void ReplicaRunner::submit(TransactionPtr transaction, Height looked_up, rpc::Wait wait,
                           Waiters::Callback callback) {
  if (stopping_) {
    callback(fail(Code::shutting_down,
                  "the node is stopping; send the same bytes to it again "
                  "later, or to another node"));
    return;
  }
  const TxId id = transaction->id;
  if (was_executed_since(looked_up, id)) {
    return answers_.answer_executed(id, wait, std::move(callback));
  }
  rpc::Outcome accepted = without_block(id, rpc::Outcome::State::accepted);
  accepted.tx_hash = transaction->hash;
  const auto added = mempool_.add(transaction, key_.public_key(), last_tick_);
  if (!added && added.error().code != Code::duplicate) {
    callback(fail(added.error()));
    return;
  }
  if (added) {
    ++counters_.accepted;
    relay_.add(transaction);
    if (replica_) censors_.offered(id, key_.public_key());
    fetcher_.on_transaction(transaction);
  }
  callback(accepted);
  answers_.wait(id, wait, std::move(callback));
}

void ReplicaRunner::wait_for_seal(rpc::Outcome outcome, Waiters::Callback callback) {
  answers_.wait_for_seal(std::move(outcome), std::move(callback));
}

void ReplicaRunner::tick() {
  const consensus::Now now = read_clocks();
  relay_.flush();
  if (now.monotonic != last_tick_) {
    last_tick_ = now.monotonic;
    expire(now.wall);
    input([&](auto& replica) { return replica.tick(now); });
    fetcher_.tick(now.monotonic, links_.is_checking() ? BatchFetcher::Arrivals::being_checked
                                                      : BatchFetcher::Arrivals::none);
    repeat(now.monotonic);
    certificates_.tick(now.monotonic);
    tell_sealed();
  }
  if (is_epoch_over()) begin_epoch();
  if (listener_.settle(rules(), key_.public_key(), applied_.height)) {
    links_.keep_listening(listener_.state());
  }
  sync_blocks();
  use_ready_batches();
  input([&](auto& replica) { return replica.set_work(mempool_.size() > 0); });
  propose();
  set_next_tick();
}

void ReplicaRunner::expire(TimeMs now) {
  if (now.value() < last_expiry_.value() + kExpiryMs) return;
  last_expiry_ = now;
  for (const TransactionPtr& expired : mempool_.remove_expired(now)) {
    answers_.on_expired(expired->id);
    censors_.gone(expired->id);
  }
}

void ReplicaRunner::set_next_tick() {
  std::uint64_t wait_ms = kTickMsMax;
  for (const auto& deadline : {replica_timer_, fetcher_.next_deadline(), sync_.next_deadline(),
                               certificates_.next_deadline(), next_tip_due()}) {
    if (!deadline) continue;
    const std::uint64_t due = std::max(deadline->value(), last_tick_.value());
    wait_ms = std::min(wait_ms, due - last_tick_.value());
  }
  next_tick_ = std::chrono::steady_clock::now() + std::chrono::milliseconds(wait_ms);
}

void ReplicaRunner::stop() {
  stopping_ = true;
  answers_.stop();
}

consensus::Status ReplicaRunner::replica_status() const {
  if (replica_) return replica_->status();
  consensus::Status out;
  out.active = true;
  out.executed = applied_.height;
  out.stable = newest_stable_ ? newest_stable_->header.height : Height(0);
  return out;
}

RunnerStatus ReplicaRunner::status() const {
  RunnerStatus out;
  out.replica = replica_status();
  out.is_validator = replica_.has_value();
  out.epoch = rules().number;
  out.listening = listener_.state();
  out.is_syncing = !syncing_.empty() || sync_.is_syncing();
  out.head = std::max({heads_.proven(), out.replica.certified, applied_.height});
  out.foreign_block = foreign_block_;
  out.gathering = fetcher_.waiting();
  out.counters = counters_;
  out.outcomes = answers_.counters();
  out.mempool = mempool_.size();
  out.mempool_bytes = mempool_.bytes();
  out.mempool_fullest_share = mempool_.fullest_share();
  out.waiters = answers_.waiting();
  return out;
}

// --- what the replica wants done, in the order of Actions' fields ---

void ReplicaRunner::run(consensus::Actions actions) {
  run_persist(actions.persist);
  for (Message& message : actions.send) send(std::move(message));
  for (consensus::Reply& reply : actions.reply) {
    sign_proposal(reply.message);
    links_.peers.send(reply.to, std::move(reply.message));
  }
  for (const auto& fetch : actions.fetch) run_fetch(fetch);
  for (const auto& execute : actions.execute) run_execute(execute);
  run_stable(actions.stable);
  replica_timer_ = actions.set_timer;
  if (std::exchange(watched_view_, actions.status.view) != actions.status.view) censors_.on_view();
  if (actions.status.has_lost_votes && !listener_.state()) {
    listener_.begin();
    links_.keep_listening(listener_.state());
  }
  report(actions.evidence);
}

void ReplicaRunner::report(const std::vector<consensus::Evidence>& evidence) {
  for (const auto& found : evidence) {
    ++counters_.evidence;
    links_.keep_evidence(found);
    spdlog::error("evidence: validator {} signed two messages that contradict each other",
                  to_hex(found.culprit));
  }
}

void ReplicaRunner::run_persist(std::vector<consensus::Persist>& persists) {
  if (persists.empty()) return;
  DurableJob job;
  for (consensus::Persist& persist : persists) add_to_job(job, persist);
  job.done = [this, epoch = rules().number, persists = std::move(persists)]() mutable {
    links_.post([this, epoch, persists = std::move(persists)](ReplicaRunner&) {
      for (const consensus::Persist& persist : persists) on_durable(persist, epoch);
    });
  };
  links_.persist(std::move(job));
}

void ReplicaRunner::add_to_job(DurableJob& job, consensus::Persist& persist) {
  votes_.add_to(job, persist.entry);
  if (const auto* prepared = std::get_if<consensus::Prepared>(&persist.entry)) {
    vote_filter_.on_prepared(prepared->certificate.height, prepared->certificate.view);
  }
  const auto* vote = std::get_if<OwnVote>(&persist.entry);
  if (vote == nullptr) return;
  if (std::holds_alternative<ViewChange>(vote->message)) ++counters_.views_left;
  if (const auto* seal = std::get_if<SealVote>(&vote->message)) {
    // After a restart the block is stored already, with this very seal.
    const auto block = executed_.find(seal->seal.height);
    if (block != executed_.end()) {
      const auto batch = std::make_shared<const Batch>(block->second->batch);
      add_batch(job, batch, block->second->header.batch_digest);
      job.chain.blocks.push_back({block->second, seal->seal});
    }
  }
  if (const auto* prepare = std::get_if<Prepare>(&vote->message); prepare && persist.batch) {
    add_batch(job, persist.batch, prepare->digest);
  }
}

// Once is enough: mostly with the own PREPARE, else with the block.
void ReplicaRunner::add_batch(DurableJob& job, const consensus::BatchPtr& batch,
                              const Hash& digest) {
  if (batches_.is_stored(batch->height, digest)) return;
  const Bodies* bodies = bodies_of(batch, digest);
  if (bodies == nullptr) return;  // of a stable height, stored with a final block
  if (batches_.is_stored(batch->height, digest)) return;
  job.chain.batches.push_back({digest, *bodies->batch, bodies->transactions});
  batches_.mark_stored(batch->height, digest);
}

// Nobody is asked to check an empty batch, so the store may not have it yet.
const Bodies* ReplicaRunner::bodies_of(const consensus::BatchPtr& batch, const Hash& digest) {
  const Bodies* held = batches_.find(batch->height, digest);
  if (held != nullptr || !batch->ids.empty()) return held;
  batches_.put(digest, {batch, {}});
  return batches_.find(batch->height, digest);
}

void ReplicaRunner::on_durable(const consensus::Persist& persist, Epoch epoch) {
  const auto* vote = std::get_if<OwnVote>(&persist.entry);
  if (vote != nullptr) send(vote->message);
  if (epoch != rules().number) return;  // its replica is gone
  if (vote == nullptr) {
    return input([&](auto& replica) { return replica.durable(persist.token); });
  }
  if (const auto* seal = std::get_if<SealVote>(&vote->message)) {
    const auto block = executed_.find(seal->seal.height);
    if (block != executed_.end()) {
      links_.apply(block->second);
      executed_.erase(block);
    }
  }
  input([&](auto& replica) {
    return replica.step(consensus::Verified<Message>::own_durable(vote->message));
  });
}

// Own PRE-PREPAREs come unsigned; those of others are passed on as they are.
void ReplicaRunner::sign_proposal(Message& message) const {
  const auto* proposal = std::get_if<PrePrepare>(&message);
  if (proposal != nullptr && proposal->sender == key_.public_key()) {
    sign_message(ledger_.chain(), key_, message);
  }
}

void ReplicaRunner::send(Message message) {
  sign_proposal(message);
  links_.peers.to_validators(std::move(message));
}

void ReplicaRunner::run_fetch(const consensus::Fetch& fetch) {
  if (const auto* wanted = std::get_if<consensus::CheckBatch>(&fetch)) {
    return fetcher_.check(*wanted, last_tick_);
  }
  if (const auto* wanted = std::get_if<consensus::FetchBlocks>(&fetch)) {
    return sync_.want(wanted->up_to);
  }
  const auto& wanted = std::get<consensus::FetchBatch>(fetch);
  if (const Bodies* bodies = batches_.find(wanted.height, wanted.digest)) {
    // Later, so that an input never runs inside another's actions.
    return links_.post([this, batch = bodies->batch](ReplicaRunner&) {
      if (batch->epoch != rules().number) return;
      input([&](auto& replica) { return replica.fetched(*batch); });
    });
  }
  if (rules().validators.size() > 1) return fetcher_.fetch(wanted, last_tick_);
  links_.fatal({Code::damaged,
                "a batch that this node has prepared is not in its chain database; the database "
                "is older than the journal. Restore nothing over either"});
}

void ReplicaRunner::run_execute(const consensus::Execute& execute) {
  // It came as a final block already: Replica::synced makes this void.
  if (execute.batch->height <= handed_) return;
  const Bodies* bodies = bodies_of(execute.batch, execute.digest);
  GENERION_ASSERT(bodies != nullptr);  // checked or fetched here, so held here
  handed_ = execute.batch->height;
  links_.execute(*execute.batch, bodies->transactions);
}

void ReplicaRunner::run_stable(const std::vector<CertifiedHeader>& stable) {
  if (stable.empty()) return;
  DurableJob job;
  for (const CertifiedHeader& block : stable) {
    job.chain.stable.push_back({block.header.height, block.certificate});
  }
  newest_stable_ = stable.back();
  const Height height = newest_stable_->header.height;
  if (replica_) job.trim = votes_.trim(height, rules().number, replica_->status().view);
  job.done = [this, newest = newest_stable_, rules = epoch_.rules] {
    links_.post([this, newest, rules](ReplicaRunner&) {
      const Height before = durable_stable_ ? durable_stable_->header.height : Height(0);
      durable_stable_ = newest;
      want_certificates(std::max(before.next(), rules->first), newest->header.height, rules);
      tell_sealed();
      links_.on_block();
    });
  };
  links_.persist(std::move(job));
  vote_filter_.on_stable(height);
  fetcher_.forget_up_to(height);
  forget_settled();
}

// A batch is needed until it is stable and its transactions have left the mempool.
void ReplicaRunner::forget_settled() {
  const Height settled = std::min(replica_status().stable, applied_.height);
  mempool_.give_back(batches_.erase_up_to(settled));
}

void ReplicaRunner::propose() {
  while (replica_ && !stopping_ && propose_once()) {
  }
}

bool ReplicaRunner::propose_once() {
  auto proposal = proposer_.choose(replica_->status(), read_clocks().wall, applied_);
  if (!proposal) return false;
  auto actions = replica_->propose(proposal->time, proposal->ids, proposal->size);
  if (!actions) {
    proposer_.withdraw(*proposal);
    return false;
  }
  ++counters_.proposals;
  run(std::move(*actions));
  return true;
}

void ReplicaRunner::on_executed(ExecutorThread::BlockPtr block) {
  const BlockHeader header = block->header;
  note_epoch_end(*block);
  if (const auto synced = syncing_.find(header.height); synced != syncing_.end()) {
    return store_synced(block, synced->second.certified);
  }
  executed_[header.height] = std::move(block);
  input([&](auto& replica) { return replica.executed(header); });
}

void ReplicaRunner::on_applied(const ExecutorThread::BlockPtr& block,
                               std::optional<TimeMs> next_due) {
  applied_ = {block->header.height, block->header.time, next_due};
  input([&](auto& replica) { return replica.set_due(applied_.height, next_due); });
  mempool_.remove(block->batch.ids);
  for (const TxId& id : block->batch.ids) censors_.gone(id);
  forget_settled();
  answers_.on_applied(*block);
  links_.on_block();
}

}  // namespace generion::node
