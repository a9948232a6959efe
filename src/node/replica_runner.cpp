#include "node/replica_runner.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/assert.h"
#include "base/hex.h"
#include "node/clock.h"
#include "node/journal_codec.h"
#include "node/proofs.h"

namespace generion::node {
namespace {

using consensus::BatchSize;
using consensus::OwnVote;
using consensus::ProposalWish;

constexpr std::uint64_t kTickMsMax = 1'000;
constexpr std::uint64_t kExpiryMs = 1'000;

rpc::Outcome without_block(const TxId& id, rpc::Outcome::State state) {
  rpc::Outcome out;
  out.tx_id = id;
  out.state = state;
  return out;
}

}  // namespace

ReplicaRunner::ReplicaRunner(RunnerSettings settings, const consensus::Restored& restored,
                             ledger::Ledger& ledger, const crypto::SigningKey& key,
                             RunnerLinks links)
    : settings_(std::move(settings)),
      ledger_(ledger),
      key_(key),
      links_(std::move(links)),
      replica_(settings_.replica, restored),
      mempool_(settings_.mempool),
      applied_(ledger.tip()->height()),
      next_due_(settings_.next_due),
      sealed_(ledger.stable()) {
  for (const auto& entry : restored.entries) {
    remember_view_record(entry, encode_journal_entry(entry));
  }
}

void ReplicaRunner::start() {
  const consensus::Now now = read_clocks();
  last_tick_ = now.monotonic;
  run(replica_.start(now));
  run(replica_.set_due(applied_, next_due_));
  propose();
}

void ReplicaRunner::submit(TransactionPtr transaction, rpc::Wait wait, Waiters::Callback callback) {
  if (stopping_) {
    callback(fail(Code::shutting_down,
                  "the node is stopping; send the same bytes to it again "
                  "later, or to another node"));
    return;
  }
  const TxId id = transaction->id;
  rpc::Outcome accepted = without_block(id, rpc::Outcome::State::accepted);
  accepted.tx_hash = transaction->hash;
  const auto added = mempool_.add(std::move(transaction));
  if (!added && added.error().code != Code::duplicate) {
    callback(fail(added.error()));
    return;
  }
  if (added) ++counters_.accepted;
  callback(accepted);
  if (wait != rpc::Wait::accepted) waiters_.add(id, wait, std::move(callback));
}

void ReplicaRunner::tick() {
  const consensus::Now now = read_clocks();
  if (now.monotonic != last_tick_) {
    last_tick_ = now.monotonic;
    if (now.wall.value() >= last_expiry_.value() + kExpiryMs) {
      last_expiry_ = now.wall;
      for (const TransactionPtr& expired : mempool_.remove_expired(now.wall)) {
        ++counters_.expired;
        waiters_.ended(without_block(expired->id, rpc::Outcome::State::expired));
      }
    }
    run(replica_.tick(now));
  }
  run(replica_.set_work(mempool_.size() > 0));
  propose();
}

void ReplicaRunner::stop() {
  stopping_ = true;
  waiters_.fail_all({Code::shutting_down,
                     "the node is stopping; whether the transaction was executed is answered by "
                     "getTransaction once it runs again"});
}

RunnerStatus ReplicaRunner::status() const {
  return {replica_.status(), counters_, mempool_.size(), mempool_.bytes(), waiters_.size()};
}

// --- what the replica wants done, in the order of Actions' fields; then proposing, execution ---

void ReplicaRunner::run(consensus::Actions actions) {
  run_persist(actions.persist);
  // actions.send has nobody to go to: Node refuses to start a chain of several validators.
  for (const auto& fetch : actions.fetch) run_fetch(fetch);
  for (const auto& execute : actions.execute) run_execute(execute);
  run_stable(actions.stable);
  const auto wait_ms =
      actions.set_timer
          ? std::min(kTickMsMax, actions.set_timer->value() -
                                     std::min(actions.set_timer->value(), last_tick_.value()))
          : kTickMsMax;
  next_tick_ = std::chrono::steady_clock::now() + std::chrono::milliseconds(wait_ms);
  for (const auto& evidence : actions.evidence) {
    ++counters_.evidence;
    spdlog::error("evidence: validator {} signed two messages that contradict each other",
                  to_hex(evidence.culprit));
  }
}

void ReplicaRunner::sign(Message& message) const {
  const auto sign_one = [&](auto& vote) {
    if constexpr (std::is_same_v<decltype(vote), SealVote&>) {
      vote.seal.signature = key_.sign(kSealTag, seal_message(vote.seal.block_hash));
    } else if constexpr (requires { vote.signature; }) {
      const SignedPart part = signed_part(ledger_.chain(), vote);
      vote.signature = key_.sign(part.tag, part.bytes);
    }
  };
  std::visit(sign_one, message);
}

void ReplicaRunner::run_persist(std::vector<consensus::Persist>& persists) {
  if (persists.empty()) return;
  DurableJob job;
  for (consensus::Persist& persist : persists) add_to_job(job, persist);
  job.done = [this, persists = std::move(persists)]() mutable {
    links_.post([this, persists = std::move(persists)](ReplicaRunner&) {
      for (const consensus::Persist& persist : persists) on_durable(persist);
    });
  };
  links_.persist(std::move(job));
}

void ReplicaRunner::add_to_job(DurableJob& job, consensus::Persist& persist) {
  if (auto* vote = std::get_if<OwnVote>(&persist.entry)) {
    sign(vote->message);
    if (const auto* seal = std::get_if<SealVote>(&vote->message)) {
      // After a restart the block is stored already, with this very seal.
      const auto block = executed_.find(seal->seal.height);
      if (block != executed_.end()) job.chain.blocks.push_back({block->second, seal->seal});
    }
    if (const auto* prepare = std::get_if<Prepare>(&vote->message); prepare && persist.batch) {
      if (const Bodies* bodies = find_bodies(prepare->height, prepare->digest)) {
        job.chain.batches.push_back({prepare->digest, *persist.batch, bodies->transactions});
      }
    }
  }
  Bytes bytes = encode_journal_entry(persist.entry);
  remember_view_record(persist.entry, bytes);
  job.records.push_back({std::move(bytes), journal_height(persist.entry)});
}

void ReplicaRunner::remember_view_record(const consensus::JournalEntry& entry, const Bytes& bytes) {
  if (!journal_height(entry)) view_records_.emplace(journal_view(entry), bytes);
}

void ReplicaRunner::on_durable(const consensus::Persist& persist) {
  const auto* vote = std::get_if<OwnVote>(&persist.entry);
  if (vote == nullptr) return run(replica_.durable(persist.token));
  if (const auto* seal = std::get_if<SealVote>(&vote->message)) {
    const auto block = executed_.find(seal->seal.height);
    if (block != executed_.end()) {
      links_.apply(block->second);
      executed_.erase(block);
    }
  }
  run(replica_.step(consensus::Verified<Message>::own_durable(vote->message)));
}

void ReplicaRunner::run_fetch(const consensus::Fetch& fetch) {
  if (const auto* wanted = std::get_if<consensus::FetchBatch>(&fetch)) {
    if (const Bodies* bodies = find_bodies(wanted->height, wanted->digest)) {
      // Later, so that an input never runs inside another's actions.
      links_.post([this, batch = bodies->batch](ReplicaRunner&) { run(replica_.fetched(*batch)); });
    } else {
      links_.fatal({Code::damaged,
                    "a batch that this node has prepared is not in its chain database; the "
                    "database is older than the journal. Restore nothing over either"});
    }
  }
  // CheckBatch and FetchBlocks concern what other validators propose and seal; see `run`.
}

void ReplicaRunner::run_execute(const consensus::Execute& execute) {
  const Bodies* bodies = find_bodies(execute.batch->height, execute.digest);
  GENERION_ASSERT(bodies != nullptr);  // prepared here, so stored here
  links_.execute(*execute.batch, bodies->transactions);
}

void ReplicaRunner::run_stable(const std::vector<CertifiedHeader>& stable) {
  if (stable.empty()) return;
  DurableJob job;
  for (const CertifiedHeader& block : stable) {
    job.chain.stable.push_back({block.header.height, block.certificate});
  }
  const Height height = stable.back().header.height;
  view_records_.erase(view_records_.begin(), view_records_.lower_bound(replica_.status().view));
  Trim trim{height, {}};
  for (const auto& [view, bytes] : view_records_) trim.keep.push_back(bytes);
  job.trim = std::move(trim);
  job.done = [this, height] {
    links_.post([this, height](ReplicaRunner&) {
      sealed_ = height;
      answer_sealed();
      links_.on_block();
    });
  };
  links_.persist(std::move(job));
  bodies_.erase(bodies_.begin(), bodies_.upper_bound({height, *Hash::from(Bytes(32, '\xff'))}));
}

const ReplicaRunner::Bodies* ReplicaRunner::find_bodies(Height height, const Hash& digest) {
  const auto place = bodies_.find({height, digest});
  if (place != bodies_.end()) return &place->second;
  const Batch null = null_batch(settings_.replica.members.epoch, height);
  if (digest == batch_digest(ledger_.chain(), null)) {
    Bodies bodies{std::make_shared<const Batch>(null), {}};
    return &bodies_.emplace(std::pair(height, digest), std::move(bodies)).first->second;
  }
  auto stored = ledger_.bodies(height, digest);
  if (!stored) return nullptr;
  Bodies bodies{std::make_shared<const Batch>(std::move(stored->batch)), {}};
  for (SignedTransaction& envelope : stored->transactions) {
    auto transaction = check_transaction(std::move(envelope), Attachments::may_be_erased);
    if (!transaction) return nullptr;
    bodies.transactions.push_back(std::make_shared<const Transaction>(std::move(*transaction)));
  }
  return &bodies_.emplace(std::pair(height, digest), std::move(bodies)).first->second;
}

void ReplicaRunner::propose() {
  while (!stopping_ && propose_once()) {
  }
}

// A sign of life, or a block for what is due; only when nothing else is in flight.
bool ReplicaRunner::wants_empty_batch(TimeMs time) const {
  const consensus::Status& status = replica_.status();
  if (applied_.next() != status.proposal_height) return false;
  if (next_due_ && *next_due_ <= time) return true;
  return time >= ledger_.tip()->header().time.plus(settings_.replica.heartbeat_ms);
}

bool ReplicaRunner::propose_once() {
  const consensus::Status& status = replica_.status();
  if (status.wants_proposal == ProposalWish::none) return false;
  const std::size_t available = mempool_.available();
  if (status.wants_proposal == ProposalWish::full_batch && available < settings_.batch_fill) {
    return false;
  }
  const TimeMs time = std::max(read_clocks().wall, status.proposal_time_min);
  if (available == 0 && !wants_empty_batch(time)) return false;
  const Height height = status.proposal_height;
  give_back(height);
  Bodies bodies;
  bodies.transactions = mempool_.choose(settings_.parameters.batch_transactions_max,
                                        settings_.parameters.batch_bytes_max, time);
  if (available > 0 && bodies.transactions.empty()) return false;  // all of them have expired
  std::vector<TxId> ids;
  ids.reserve(bodies.transactions.size());
  for (const TransactionPtr& transaction : bodies.transactions) ids.push_back(transaction->id);

  auto batch = std::make_shared<Batch>();
  *batch = {settings_.replica.members.epoch, height, key_.public_key(), time, ids};
  const Hash digest = batch_digest(ledger_.chain(), *batch);
  bodies.batch = std::move(batch);
  bodies_[{height, digest}] = std::move(bodies);
  proposed_[height] = ids;

  const auto size = ids.size() >= settings_.batch_fill ? BatchSize::full : BatchSize::below_fill;
  auto actions = replica_.propose(time, std::move(ids), size);
  if (!actions) {
    give_back(height);
    bodies_.erase({height, digest});
    return false;
  }
  ++counters_.proposals;
  run(std::move(*actions));
  return true;
}

// A proposal of this height was given up in a view change: what it held can be proposed again.
void ReplicaRunner::give_back(Height height) {
  const auto place = proposed_.find(height);
  if (place == proposed_.end()) return;
  mempool_.give_back(place->second);
  proposed_.erase(place);
}

void ReplicaRunner::on_executed(ExecutorThread::BlockPtr block) {
  const BlockHeader header = block->header;
  executed_[header.height] = std::move(block);
  run(replica_.executed(header));
}

void ReplicaRunner::on_applied(const ExecutorThread::BlockPtr& block,
                               std::optional<TimeMs> next_due) {
  applied_ = block->header.height;
  next_due_ = next_due;
  run(replica_.set_due(applied_, next_due));
  mempool_.remove(block->batch.ids);
  give_back(block->header.height);
  answer(*block);
  answer_sealed();
  links_.on_block();
}

void ReplicaRunner::wait_for_seal(rpc::Outcome outcome, Waiters::Callback callback) {
  waiters_.add_for_seal(std::move(outcome), std::move(callback));
  answer_sealed();
}

// A certificate can be on disk before or after the block's state is applied, so both lead here.
void ReplicaRunner::answer_sealed() {
  for (Waiters::Sealed& waiter : waiters_.sealed(sealed_)) links_.answer_sealed(std::move(waiter));
}

void ReplicaRunner::answer(const ledger::ExecutedBlock& block) {
  std::size_t index = 0;
  for (std::size_t place = 0; place < block.batch.ids.size(); ++place) {
    const TxId& id = block.batch.ids[place];
    if (block.skipped[place]) {
      answer_skipped(id);
      continue;
    }
    const Receipt& receipt = block.receipts[index];
    ++(receipt.code == Code::ok ? counters_.executed : counters_.refused);
    waiters_.executed(outcome_of(id, receipt, block.header.height, index));
    ++index;
  }
}

// It was executed in an earlier block, or its time had run out.
void ReplicaRunner::answer_skipped(const TxId& id) {
  const auto stored = stored_outcome(ledger_, id);
  if (stored) return waiters_.executed(*stored);
  ++counters_.expired;
  waiters_.ended(without_block(id, rpc::Outcome::State::expired));
}

Result<consensus::Restored> restore_replica(const ledger::Ledger& ledger,
                                            const std::vector<ledger::JournalEntry>& entries) {
  consensus::Restored out;
  const Height stable = ledger.stable();
  if (stable.value() > 0) {
    auto block = ledger.block(stable);
    if (!block) return fail(block.error());
    auto certificate = ledger.certificate(stable);
    if (!certificate) return fail(certificate.error());
    out.stable = CertifiedHeader{block->header, std::move(*certificate)};
  }
  for (Height height = stable.next(); height <= ledger.stored(); height = height.next()) {
    auto block = ledger.block(height);
    if (!block) return fail(block.error());
    out.executed.push_back(block->header);
  }
  std::map<std::pair<Height, Hash>, bool> seen;
  for (const ledger::JournalEntry& record : entries) {
    auto entry = decode_journal_entry(record.bytes);
    if (!entry) return fail(entry.error());
    const auto* vote = std::get_if<OwnVote>(&*entry);
    const auto* prepare = vote == nullptr ? nullptr : std::get_if<Prepare>(&vote->message);
    if (prepare != nullptr && prepare->height > stable &&
        seen.emplace(std::pair(prepare->height, prepare->digest), true).second) {
      auto bodies = ledger.bodies(prepare->height, prepare->digest);
      if (bodies) out.batches.push_back(std::move(bodies->batch));
    }
    out.entries.push_back(std::move(*entry));
  }
  return out;
}

}  // namespace generion::node
