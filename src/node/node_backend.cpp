#include "node/node_backend.h"

#include <fmt/core.h>

#include <algorithm>

#include "contract/execution.h"
#include "node/clock.h"
#include "node/ingress.h"
#include "node/proofs.h"

namespace generion::node {
namespace {

class LedgerVersion final : public rpc::Version {
 public:
  LedgerVersion(const ledger::Ledger& ledger, std::shared_ptr<const ledger::StateVersion> version)
      : ledger_(ledger), version_(std::move(version)) {}

  Height height() const override { return version_->height(); }
  Hash block_hash() const override { return version_->hash(); }
  TimeMs block_time() const override { return version_->header().time; }
  const contract::StateReader& state() const override { return *version_; }
  Result<Bytes> prove(ByteView key) const override {
    return node::prove_object(ledger_, *version_, key);
  }
  Result<ObjectProof> prove_object(ByteView key) const override {
    return object_proof(*version_, key);
  }
  const BlockHeader& header() const override { return version_->header(); }
  Result<Certificate> certificate() const override { return certificate_of(ledger_, height()); }
  Result<std::vector<SetChange>> set_changes() const override {
    return ledger_.set_changes(header().epoch);
  }

 private:
  const ledger::Ledger& ledger_;
  std::shared_ptr<const ledger::StateVersion> version_;
};

// Of the epoch of the next block.
std::shared_ptr<const Parameters> current_parameters(const ledger::Ledger& ledger) {
  const EpochRulesPtr epoch = ledger.epoch();
  return {epoch, &epoch->parameters};
}

Result<void> check_state(const ledger::StateVersion& tip, TimeMs now,
                         std::shared_ptr<const Parameters> parameters,
                         const Transaction& transaction) {
  try {
    return contract::check_against_state(tip, {tip.height().next(), now, std::move(parameters)},
                                         transaction);
  } catch (const ledger::StorageFailure& failure) {
    return fail(failure.error());
  }
}

std::unexpected<Error> pool_is_full() {
  return fail(Code::overloaded,
              "too many transactions wait for their signature check; send the same bytes again "
              "later");
}

}  // namespace

NodeBackend::NodeBackend(Parts parts)
    : genesis_(parts.genesis),
      ledger_(parts.ledger),
      pool_(parts.pool),
      replica_(parts.replica),
      pending_(parts.pending),
      proof_guard_(parts.proof_guard),
      health_(parts.health),
      metrics_(parts.metrics),
      watch_(parts.watch),
      evidence_(parts.evidence),
      peers_(std::move(parts.peers)),
      withholds_attachments_(std::move(parts.withholds_attachments)) {}

void NodeBackend::submit(SignedTransaction transaction, rpc::Wait wait, SubmitCallback callback) {
  // The callback is shared only to answer when the pool does not take the job.
  auto answer = std::make_shared<SubmitCallback>(std::move(callback));
  const bool taken = pool_.submit(
      Urgency::transaction, [this, transaction = std::move(transaction), wait, answer]() mutable {
        check_and_post(std::move(transaction), wait, std::move(*answer));
      });
  if (!taken) (*answer)(pool_is_full());
}

// On a verify thread: cheap checks, then what was executed before, then signature, state, proofs.
void NodeBackend::check_and_post(SignedTransaction envelope, rpc::Wait wait,
                                 SubmitCallback callback) {
  const consensus::Now now = read_clocks();
  const auto parameters = current_parameters(ledger_);
  auto transaction = check_incoming(std::move(envelope), {ledger_.chain(), now.wall, *parameters});
  if (!transaction) return callback(fail(transaction.error()));
  const TransactionPtr& checked = *transaction;
  const Height looked_up = ledger_.tip()->height();
  if (const auto earlier = ledger_.find(checked->id); earlier && *earlier) {
    auto outcome = stored_outcome(ledger_, checked->id);
    if (outcome && wait == rpc::Wait::sealed) {
      return replica_.post([outcome = std::move(*outcome),
                            callback = std::move(callback)](ReplicaRunner& runner) mutable {
        runner.wait_for_seal(std::move(outcome), std::move(callback));
      });
    }
    return callback(std::move(outcome));
  }
  const auto against_tip = [&](const Transaction& sent) {
    return check_state(*ledger_.tip(), now.wall, parameters, sent);
  };
  if (auto ok = check_authority(
          *checked, {now.monotonic, against_tip, proof_guard_, pending_.contains(checked->id)});
      !ok) {
    return callback(fail(ok.error()));
  }
  // The pool wakes the replica when no other transaction waits for its check.
  replica_.post_lazily(
      [checked, looked_up, wait, callback = std::move(callback)](ReplicaRunner& runner) mutable {
        runner.submit(checked, looked_up, wait, std::move(callback));
      });
}

// Through the same queue as the real thing, so that neither is cheaper or sooner.
void NodeBackend::simulate(SignedTransaction transaction, SimulateCallback callback) {
  auto answer = std::make_shared<SimulateCallback>(std::move(callback));
  const bool taken = pool_.submit(Urgency::transaction,
                                  [this, transaction = std::move(transaction), answer]() mutable {
                                    (*answer)(check_and_run(std::move(transaction)));
                                  });
  if (!taken) (*answer)(pool_is_full());
}

// On a verify thread.
Result<rpc::Simulation> NodeBackend::check_and_run(SignedTransaction envelope) const {
  const consensus::Now now = read_clocks();
  const auto parameters = current_parameters(ledger_);
  const auto transaction =
      check_incoming(std::move(envelope), {ledger_.chain(), now.wall, *parameters});
  if (!transaction) return fail(transaction.error());
  const Transaction& checked = **transaction;
  if (const auto earlier = ledger_.find(checked.id); earlier && *earlier) {
    return fail(Code::duplicate,
                fmt::format("the transaction was executed in block {}; getTransaction tells its "
                            "outcome",
                            (*earlier)->height.value()));
  }
  const auto tip = ledger_.tip();
  rpc::Simulation out{checked.id, checked.hash, tip->height(), {}, {}};
  Result<void> allowed;  // what the state refuses is a simulation's result, not its error
  const auto against_tip = [&](const Transaction& sent) {
    return allowed = check_state(*tip, now.wall, parameters, sent);
  };
  const auto passed =
      check_authority(checked, {now.monotonic, against_tip, proof_guard_, /*proofs_known=*/false});
  if (!passed && allowed) return fail(passed.error());
  if (!allowed) out.message = allowed.error().message;
  try {
    out.receipt = contract::BlockExecution(*tip, {tip->height().next(), now.wall, parameters})
                      .apply(checked, 0);
  } catch (const ledger::StorageFailure& failure) {
    return fail(failure.error());
  }
  return out;
}

rpc::Heights NodeBackend::heights() const {
  const Height executed = ledger_.tip()->height();
  return {executed, std::min(executed, ledger_.stable())};
}

std::string NodeBackend::metrics() const {
  return metrics_.text();
}

Result<std::shared_ptr<const rpc::Version>> NodeBackend::version(
    std::optional<Height> height) const {
  auto version = height ? ledger_.at(*height) : ledger_.tip();
  if (!version) return fail(version.error());
  return std::make_shared<const LedgerVersion>(ledger_, std::move(*version));
}

Result<rpc::BlockView> NodeBackend::block(Height height) const {
  auto block = ledger_.block(height);
  if (!block) return fail(block.error());
  rpc::BlockView out;
  out.header = block->header;
  out.block_hash = block->hash;
  for (std::uint32_t place = 0; place < block->batch.ids.size(); ++place) {
    if (block->skipped[place]) out.skipped.push_back(place);
  }
  out.tx_ids = std::move(block->batch.ids);
  out.system_receipts = std::move(block->system_receipts);
  out.receipts = std::move(block->receipts);
  if (height <= ledger_.stable()) {
    // A block can be final by a later one's certificate alone.
    auto certificate = ledger_.certificate(height);
    if (!certificate && certificate.error().code != Code::not_found) {
      return fail(certificate.error());
    }
    if (certificate) out.certificate = std::move(*certificate);
  }
  return out;
}

Result<BlockHeader> NodeBackend::header(Height height) const {
  return ledger_.header(height);
}

Result<wire::ArchivedBlock> NodeBackend::archived_block(Height height) const {
  return ledger_.archived_block(height);
}

Result<rpc::LinksView> NodeBackend::links(Height from, std::size_t limit) const {
  return chain_links(ledger_, from, limit);
}

Result<std::vector<TransactionBody>> NodeBackend::bodies(Height height) const {
  const auto stored = ledger_.signed_bodies(height);
  if (!stored) return fail(stored.error());
  std::vector<TransactionBody> out;
  out.reserve(stored->size());
  for (const Bytes& bytes : *stored) {
    auto body = decode_body(bytes);
    if (!body)
      return fail(Code::damaged, "a transaction of a stored block: " + body.error().message);
    out.push_back(std::move(*body));
  }
  return out;
}

rpc::Pending NodeBackend::pending(std::size_t ids_max) const {
  return {pending_.count(), pending_.some(ids_max)};
}

Result<rpc::TransactionView> NodeBackend::transaction(const TxId& id) const {
  rpc::TransactionView out;
  // Asked first: it leaves the mempool only when the ledger has it.
  const bool is_pending = pending_.contains(id);
  auto outcome = stored_outcome(ledger_, id);
  if (!outcome && outcome.error().code != Code::not_found) return fail(outcome.error());
  if (!outcome) {
    out.outcome.tx_id = id;
    if (is_pending) out.outcome.state = rpc::Outcome::State::accepted;
    return out;
  }
  out.outcome = std::move(*outcome);
  auto stored = ledger_.transaction(id);
  if (!stored) return fail(stored.error());
  out.transaction = std::move(stored->envelope);
  const auto block = ledger_.block(stored->at.height);
  if (!block) return fail(block.error());
  out.block_time = block->header.time;
  return out;
}

Result<rpc::ReceiptView> NodeBackend::receipt(const TxId& id) const {
  const auto stored = ledger_.transaction(id);
  if (!stored) return fail(stored.error());
  const auto outcome = stored_outcome(ledger_, id);
  if (!outcome) return fail(outcome.error());
  return rpc::ReceiptView{stored->receipt, stored->at.height, *outcome->index};
}

Result<Bytes> NodeBackend::prove_receipt(const TxId& id) const {
  return node::prove_receipt(ledger_, id);
}

Result<Bytes> NodeBackend::attachment(const contract::AttachmentId& id) const {
  if (withholds_attachments_()) {
    return fail(Code::not_ready,
                "this node was restored from a backup and has not erased yet what was deleted "
                "since; ask another one, or later");
  }
  auto bytes = ledger_.attachment(id);
  if (!bytes) return fail(bytes.error());
  if (!*bytes && id.height <= ledger_.base()) {
    return fail(Code::height_gone,
                fmt::format("these bytes belong to block {}, which this node does not hold: its "
                            "blocks begin at {}. They were erased, or another node has them",
                            id.height.value(), ledger_.base().value() + 1));
  }
  if (!*bytes) return fail(Code::erased, "these bytes were erased, as their owner asked");
  return std::move(**bytes);
}

}  // namespace generion::node
