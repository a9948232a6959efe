#include "node/answers.h"

#include "node/proofs.h"

namespace generion::node {

rpc::Outcome without_block(const TxId& id, rpc::Outcome::State state) {
  rpc::Outcome out;
  out.tx_id = id;
  out.state = state;
  return out;
}

void Answers::wait(const TxId& id, rpc::Wait wait, Waiters::Callback callback) {
  if (wait != rpc::Wait::accepted) waiters_.add(id, wait, std::move(callback));
}

void Answers::answer_executed(const TxId& id, rpc::Wait wait, Waiters::Callback callback) {
  auto outcome = stored_outcome(ledger_, id);
  if (outcome && wait == rpc::Wait::sealed) {
    return wait_for_seal(std::move(*outcome), std::move(callback));
  }
  callback(std::move(outcome));
}

void Answers::wait_for_seal(rpc::Outcome outcome, Waiters::Callback callback) {
  waiters_.add_for_seal(std::move(outcome), std::move(callback));
  answer_sealed();
}

void Answers::on_applied(const ledger::ExecutedBlock& block) {
  std::size_t index = 0;
  for (std::size_t place = 0; place < block.batch.ids.size(); ++place) {
    const TxId& id = block.batch.ids[place];
    if (block.skipped[place]) {
      on_skipped(id);
      continue;
    }
    const Receipt& receipt = block.receipts[index];
    ++(receipt.code == Code::ok ? counters_.executed : counters_.refused);
    waiters_.executed(outcome_of(id, receipt, block.header.height, index));
    ++index;
  }
  answer_sealed();
}

// It was executed in an earlier block, or its time had run out.
void Answers::on_skipped(const TxId& id) {
  const auto stored = stored_outcome(ledger_, id);
  if (stored) return waiters_.executed(*stored);
  on_expired(id);
}

void Answers::on_expired(const TxId& id) {
  ++counters_.expired;
  waiters_.ended(without_block(id, rpc::Outcome::State::expired));
}

void Answers::on_sealed(Height height) {
  sealed_ = height;
  answer_sealed();
}

void Answers::answer_sealed() {
  for (Waiters::Sealed& waiter : waiters_.sealed(sealed_)) answer_sealed_(std::move(waiter));
}

void Answers::stop() {
  waiters_.fail_all({Code::shutting_down,
                     "the node is stopping; whether the transaction was executed is answered by "
                     "getTransaction once it runs again"});
}

}  // namespace generion::node
