#include "node/executor_thread.h"

#include <pthread.h>

#include "contract/due.h"

namespace generion::node {

Result<std::optional<TimeMs>> next_due(const ledger::Ledger& ledger) {
  try {
    return contract::next_due(*ledger.tip());
  } catch (const ledger::StorageFailure& failure) {
    return fail(failure.error());
  }
}

ExecutorThread::ExecutorThread(ledger::Ledger& ledger, Executed executed, Applied applied,
                               Failed failed)
    : ledger_(ledger),
      executed_(std::move(executed)),
      applied_(std::move(applied)),
      failed_(std::move(failed)),
      thread_([this] { run(); }) {
  pthread_setname_np(thread_.native_handle(), "executor");
}

ExecutorThread::~ExecutorThread() {
  stop();
}

void ExecutorThread::stop() {
  inbox_.close();
  if (thread_.joinable()) thread_.join();
}

void ExecutorThread::execute(Batch batch, std::vector<TransactionPtr> transactions) {
  inbox_.push(Execute{std::move(batch), std::move(transactions)});
}

void ExecutorThread::apply(BlockPtr block) {
  inbox_.push(Apply{std::move(block)});
}

void ExecutorThread::run() {
  while (auto events = inbox_.take()) {
    for (auto& event : *events) {
      if (auto* execute = std::get_if<Execute>(&event)) {
        waiting_.push_back(std::move(*execute));
      } else if (auto ok = on_apply(std::get<Apply>(event).block); !ok) {
        return failed_(ok.error());
      }
      if (auto ok = execute_next(); !ok) return failed_(ok.error());
    }
  }
}

Result<void> ExecutorThread::on_apply(const BlockPtr& block) {
  if (auto ok = ledger_.apply(*block); !ok) return ok;
  is_applying_ = false;
  const auto due = next_due(ledger_);
  if (!due) return fail(due.error());
  applied_(block, *due);
  return {};
}

Result<void> ExecutorThread::execute_next() {
  if (is_applying_ || waiting_.empty()) return {};
  const Execute next = std::move(waiting_.front());
  waiting_.pop_front();
  auto block = ledger_.execute(next.batch, next.transactions);
  if (!block) return fail(block.error());
  is_applying_ = true;
  executed_(std::move(*block));
  return {};
}

}  // namespace generion::node
