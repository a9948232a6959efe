// What happened in a block, as subscribers are told it: read once, shared by all of them.
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "rpc/backend.h"

namespace generion::rpc {

// A transaction that was executed or refused in the block.
struct TransactionEvent {
  std::size_t index = 0;  // among the block's receipts
  TxId tx_id;
  Address sender;
};

// A change of a record.
struct RecordEvent {
  std::size_t transaction = 0;  // place in BlockEvents::transactions
  UserId owner;
  RecordId record;
  std::string_view operation;  // "createRecord", ...
};

struct BlockEvents {
  BlockView block;
  // Empty if only the block was asked for.
  std::vector<TransactionEvent> transactions;
  std::vector<RecordEvent> records;  // in the order of the operations
};

enum class Detail : std::uint8_t { block, operations };

// The newest blocks that somebody asked for. Safe from any thread.
class BlockReader {
 public:
  explicit BlockReader(const Backend& backend) : backend_(backend) {}

  // Errors: those of Backend::block; io_error.
  Result<std::shared_ptr<const BlockEvents>> read(Height height, Detail detail);

 private:
  struct Kept {
    Height height;
    Detail detail = Detail::block;
    std::shared_ptr<const BlockEvents> events;
  };

  std::shared_ptr<const BlockEvents> find(Height height, Detail detail);
  Result<std::shared_ptr<const BlockEvents>> load(Height height, Detail detail) const;

  const Backend& backend_;
  std::mutex mutex_;
  std::deque<Kept> kept_;  // guarded by mutex_; newest last, at most limits::kBlockEventsKept
};

}  // namespace generion::rpc
