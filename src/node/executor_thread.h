// The thread that executes committed batches, strictly one after the other: a block's state is
// applied before the next batch is executed.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <variant>
#include <vector>

#include "ledger/ledger.h"
#include "node/inbox.h"
#include "node/mempool.h"

namespace generion::node {

// When the next thing falls due after the tip's block. Errors io_error and damaged.
Result<std::optional<TimeMs>> next_due(const ledger::Ledger& ledger);

class ExecutorThread {
 public:
  using BlockPtr = std::shared_ptr<const ledger::ExecutedBlock>;
  using Executed = std::function<void(BlockPtr)>;  // on the executor thread
  // With when the next thing falls due after that block.
  using Applied = std::function<void(BlockPtr, std::optional<TimeMs>)>;
  using Failed = std::function<void(Error)>;  // likewise; nothing is executed after that

  ExecutorThread(ledger::Ledger& ledger, Executed executed, Applied applied, Failed failed);
  ~ExecutorThread();

  // Any thread. Batches come in the order of their heights.
  void execute(Batch batch, std::vector<TransactionPtr> transactions);

  // The block that was executed last is durable: its state is written and becomes the tip.
  void apply(BlockPtr block);

  // Drops what was not started and ends the thread.
  void stop();

 private:
  struct Execute {
    Batch batch;
    std::vector<TransactionPtr> transactions;
  };
  struct Apply {
    BlockPtr block;
  };

  void run();
  Result<void> on_apply(const BlockPtr& block);
  Result<void> execute_next();

  ledger::Ledger& ledger_;
  Executed executed_;
  Applied applied_;
  Failed failed_;
  std::deque<Execute> waiting_;
  bool is_applying_ = false;  // a block was executed and is not applied yet
  Inbox<std::variant<Execute, Apply>> inbox_;
  std::thread thread_;
};

}  // namespace generion::node
