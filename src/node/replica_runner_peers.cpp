// The runner's other half: what peers send, and catching up with them.
#include <spdlog/spdlog.h>

#include "base/hex.h"
#include "node/replica_runner.h"

namespace generion::node {
namespace {

using consensus::Monotonic;

constexpr std::uint64_t kTipMs = 50;          // between two that the others are told
constexpr std::uint64_t kSyncHandedMax = 32;  // final blocks at the executor

std::size_t size_of(const SignedTransaction& envelope) {
  std::size_t out = envelope.body.size();
  for (const Bytes& attachment : envelope.attachments) out += attachment.size();
  return out;
}

}  // namespace

BatchFetcher ReplicaRunner::make_fetcher() {
  return BatchFetcher({ledger_.chain(), key_.public_key()}, epoch_.rules, mempool_, links_.peers,
                      [this](std::move_only_function<BatchFetcher::Task()> job) {
                        links_.verify([this, job = std::move(job)]() mutable -> ReplicaTask {
                          return [this, task = job()](ReplicaRunner&) mutable { task(fetcher_); };
                        });
                      });
}

BlockSync ReplicaRunner::make_sync() {
  return BlockSync(
      {ledger_.chain(), rules().number, rules().validators}, links_.peers,
      [this](std::move_only_function<BlockSync::Task()> job) {
        links_.verify([this, job = std::move(job)]() mutable -> ReplicaTask {
          return [this, task = job()](ReplicaRunner&) mutable { task(sync_); };
        });
      },
      ledger_.stored());
}

CertificateFetcher ReplicaRunner::make_certificate_fetcher() {
  return CertificateFetcher(
      links_.peers,
      [this](std::move_only_function<CertificateFetcher::Task()> job) {
        links_.verify([this, job = std::move(job)]() mutable -> ReplicaTask {
          return [this, task = job()](ReplicaRunner&) mutable { task(certificates_); };
        });
      },
      [this](Height height, Certificate certificate) {
        store_certificate(height, std::move(certificate));
      });
}

// Of the final blocks from `first` to `last`, those that have none; the newest, if there are many.
void ReplicaRunner::want_certificates(Height first, Height last, const EpochRulesPtr& rules) {
  constexpr std::uint64_t kMost = CertificateFetcher::kWantedMax;
  if (last.value() > kMost) first = std::max(first, Height(last.value() - kMost));
  for (Height height = std::max(first, Height(1)); height <= last; height = height.next()) {
    if (ledger_.certificate(height)) continue;
    if (const auto header = ledger_.header(height)) certificates_.want(*header, rules);
  }
}

void ReplicaRunner::store_certificate(Height height, Certificate certificate) {
  DurableJob job;
  job.chain.stable.push_back({height, std::move(certificate)});
  job.done = [this, height] {
    links_.post([this, height](ReplicaRunner&) {
      certificates_.settle(height);
      tell_sealed();
    });
  };
  links_.persist(std::move(job));
}

// A block that is final by a later one's certificate counts once it has its own, or nobody has.
void ReplicaRunner::tell_sealed() {
  if (!durable_stable_) return;
  const Height durable = durable_stable_->header.height;
  const auto missing = certificates_.first();
  answers_.on_sealed(missing && *missing <= durable ? Height(missing->value() - 1) : durable);
}

void ReplicaRunner::on_message(const consensus::Verified<Message>& message) {
  if (!replica_ || consensus::epoch_of(message.value()) != rules().number) return;
  if (const auto* vote = std::get_if<SealVote>(&message.value());
      vote && vote->seal.height > replica_->status().high) {
    heads_.on_seal(vote->seal.signer, vote->seal.height);
    if (heads_.proven() > replica_->status().high) sync_.want(heads_.proven());
  }
  run(replica_->step(message));
}

void ReplicaRunner::on_transactions(const PublicKey& from, Height looked_up,
                                    const std::vector<TransactionPtr>& checked,
                                    std::vector<TxId> known) {
  for (const TransactionPtr& transaction : checked) {
    if (was_executed_since(looked_up, transaction->id)) continue;
    const auto added = mempool_.add(transaction, from, last_tick_);
    if (added) {
      ++counters_.accepted;
      if (replica_) censors_.received(transaction->id, from);
    }
    if (added || added.error().code == Code::duplicate) known.push_back(transaction->id);
    fetcher_.on_transaction(transaction);
  }
  if (known.empty() || primary() != key_.public_key()) return;
  links_.peers.send(from, TransactionAck{std::move(known)});
}

void ReplicaRunner::on_peer(const PublicKey& from, const TransactionAck& ack) {
  if (primary() == from) relay_.on_acknowledged(from, ack.ids);
}

std::optional<PublicKey> ReplicaRunner::primary() const {
  return replica_ ? std::optional(replica_->status().primary) : std::nullopt;
}

// The primary of this view proposed it, and this node found it good.
void ReplicaRunner::watch_proposal(const consensus::BatchPtr& batch) {
  if (batch->proposer != primary()) return;
  censors_.proposed(batch->ids);
  if (!censors_.is_suspect()) return;
  input([](auto& replica) { return replica.on_censorship(); });
}

void ReplicaRunner::on_peer(const PublicKey& from, const TransactionRequest& request) {
  TransactionReply reply;
  std::size_t bytes = 0;
  for (const TxId& id : request.ids) {
    const TransactionPtr held = mempool_.find(id);
    if (!held) {
      reply.missing.push_back(id);
    } else if (bytes < limits::kPeerReplyBytes) {
      bytes += size_of(held->envelope);
      reply.transactions.push_back(held->envelope);
    }
  }
  links_.peers.send(from, std::move(reply));
}

void ReplicaRunner::on_peer(const PublicKey& from, TransactionReply reply) {
  fetcher_.on_reply(from, std::move(reply));
}

void ReplicaRunner::on_peer(const PublicKey& from, BatchReply reply) {
  fetcher_.on_reply(from, std::move(reply));
}

void ReplicaRunner::on_peer(const PublicKey& from, BlockReply reply) {
  if (certificates_.on_reply(from, reply)) return;
  sync_.on_reply(from, std::move(reply));
}

void ReplicaRunner::on_peer(const PublicKey& from, const Tip& tip) {
  const Height stable = tip.stable ? tip.stable->header.height : Height(0);
  // What lies within its reach, the replica gets by itself.
  const bool is_far = !replica_ || replica_->status().is_recovering ||
                      stable > replica_->status().high || replica_->status().is_over;
  sync_.on_tip(from, is_far ? stable : Height(0));
  listener_.on_answer(from, stable);
  if (rules().validators.index_of(from)) heads_.on_seal(from, stable);
}

Tip ReplicaRunner::own_tip() const {
  return {applied_.height, durable_stable_};
}

void ReplicaRunner::on_connected(const PublicKey& peer) {
  links_.peers.send(peer, own_tip());
  certificates_.on_connected(peer);
  if (rules().validators.index_of(peer)) relay_.on_connected(peer);
}

void ReplicaRunner::on_disconnected(const PublicKey& peer) {
  sync_.on_disconnected(peer);
  certificates_.on_disconnected(peer);
}

// Those who only follow, or are still in an earlier epoch, learn of new final blocks by this; not
// of each one under load.
std::optional<Monotonic> ReplicaRunner::next_tip_due() const {
  if (!durable_stable_ || durable_stable_->header.height <= tip_sent_) return std::nullopt;
  return last_tip_sent_.plus(kTipMs);
}

void ReplicaRunner::repeat(Monotonic now) {
  if (const auto due = next_tip_due(); due && *due <= now) {
    last_tip_sent_ = now;
    tip_sent_ = durable_stable_->header.height;
    links_.peers.to_all(own_tip());
  }
  for (const TransactionPtr& offered : relay_.repeat(primary(), now)) {
    if (replica_) censors_.offered(offered->id, mempool_.ingress_of(offered->id));
  }
}

// A batch is checked or fetched: the store gets it first, then the replica hears of it.
void ReplicaRunner::use_ready_batches() {
  for (BatchFetcher::Ready& ready : fetcher_.take_ready()) {
    const auto batch = ready.bodies.batch;
    if (ready.verdict == consensus::BatchVerdict::valid) {
      mempool_.hold(batch->ids);
      batches_.put(ready.digest, std::move(ready.bodies));
    }
    switch (ready.wanted_for) {
      case BatchFetcher::Ready::For::check:
        run(replica_->batch_checked(batch->height, ready.digest, ready.verdict));
        if (ready.verdict == consensus::BatchVerdict::valid) watch_proposal(batch);
        break;
      case BatchFetcher::Ready::For::fetch:
        run(replica_->fetched(*batch));
        break;
    }
  }
}

void ReplicaRunner::sync_blocks() {
  if (foreign_block_ || is_sync_paused_) return;
  sync_.tick(last_tick_, handed_);
  while (handed_.value() < applied_.height.value() + kSyncHandedMax) {
    auto block = sync_.take(handed_.next());
    if (!block) return;
    handed_ = handed_.next();
    links_.execute(*block->bodies.batch, block->bodies.transactions);
    syncing_.emplace(handed_, std::move(*block));
  }
}

void ReplicaRunner::store_synced(const ExecutorThread::BlockPtr& block,
                                 const CertifiedHeader& certified) {
  const Height height = block->header.height;
  if (block->header != certified.header) {
    foreign_block_ = height;
    spdlog::critical(
        "block {} is {} here and {} with the others: this node's state differs; keep "
        "the data for comparison",
        height.value(), to_hex(block->hash), to_hex(block_hash(certified.header)));
    return;
  }
  DurableJob job;
  const SyncBlock& synced = syncing_.at(height);
  job.chain.batches.push_back(
      {block->header.batch_digest, *synced.bodies.batch, synced.bodies.transactions});
  job.chain.blocks.push_back({block, std::nullopt});
  job.done = [this, block, certified] {
    links_.post([this, block, certified](ReplicaRunner&) {
      ++counters_.blocks_fetched;
      syncing_.erase(block->header.height);
      links_.apply(block);
      if (certified.certificate.signers.empty()) return;
      replica_ ? run(replica_->synced(certified)) : run_stable({certified});
    });
  };
  links_.persist(std::move(job));
}

}  // namespace generion::node
