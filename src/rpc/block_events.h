// What happened in a block, as subscribers are told it: read once, shared by all of them.
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "contract/lookups.h"
#include "rpc/backend.h"

namespace generion::rpc {

// A transaction that was executed or refused in the block.
struct TransactionEvent {
  std::size_t index = 0;  // among the block's receipts
  TxId tx_id;
  Address sender;
};

// Why something happened: the place in BlockEvents::transactions; absent: it fell due by itself.
using Cause = std::optional<std::size_t>;

// A change of a record or of who may read it: what its history has.
struct RecordEvent {
  Cause cause;
  UserId owner;
  RecordId record;
  contract::RecordChange change = contract::RecordChange::created;
  std::uint64_t about = 0;  // the share or the order, where it is about one
};

// A share was made or ended.
struct ShareEvent {
  Cause cause;
  ShareId share;
  RecordId record;
  UserId owner;
  UserId grantee;
  contract::RecordChange change = contract::RecordChange::shared;  // deleted: with its record
};

// An order was made or changed its status.
struct OrderEvent {
  Cause cause;
  OrderId order;
  contract::RecordChange change = contract::RecordChange::offered;
  // Of the order, which never changes.
  UserId seller;
  std::uint64_t price = 0;
  std::vector<RecordId> records;
  std::vector<std::string> types;
  std::optional<UserId> buyer;  // from the purchase on
};

struct BlockEvents {
  BlockView block;
  // Empty if only the block was asked for; in the order in which it happened.
  std::vector<TransactionEvent> transactions;
  std::vector<RecordEvent> records;
  std::vector<ShareEvent> shares;
  std::vector<OrderEvent> orders;
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
