// The verified transactions that wait to be ordered. Owned by the replica thread.
//
// Bounded by count and bytes; a transaction that does not fit is refused. Chosen oldest first. One
// that was chosen stays here until its batch is executed or given up, so it can be proposed again.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/error.h"
#include "base/limits.h"
#include "types/transaction.h"

namespace generion::node {

using TransactionPtr = std::shared_ptr<const Transaction>;

struct MempoolLimits {
  std::size_t transactions_max = 100'000;
  std::size_t bytes_max = 256 * 1024 * 1024;  // bodies and attachments
  std::size_t per_sender_max = 20'000;        // transactions of one sender
};

// The ids in a mempool, and the last that expired there, for the threads that do not own it.
class PendingIds {
 public:
  void add(const TxId& id) {
    const std::lock_guard lock(mutex_);
    ids_.insert(id);
  }
  void remove(const TxId& id) {
    const std::lock_guard lock(mutex_);
    ids_.erase(id);
  }
  bool contains(const TxId& id) const {
    const std::lock_guard lock(mutex_);
    return ids_.contains(id);
  }
  std::size_t count() const {
    const std::lock_guard lock(mutex_);
    return ids_.size();
  }
  // At most `max` of them, in no order.
  std::vector<TxId> some(std::size_t max) const {
    const std::lock_guard lock(mutex_);
    std::vector<TxId> out;
    for (auto id = ids_.begin(); id != ids_.end() && out.size() < max; ++id) out.push_back(*id);
    return out;
  }

  void add_expired(const TxId& id) {
    const std::lock_guard lock(mutex_);
    if (expired_.size() == limits::kExpiredIdsMax) expired_.pop_front();
    expired_.push_back(id);
  }
  std::vector<TxId> expired() const {
    const std::lock_guard lock(mutex_);
    return {expired_.begin(), expired_.end()};
  }

 private:
  mutable std::mutex mutex_;
  std::unordered_set<TxId, FixedBytesHash> ids_;
  std::deque<TxId> expired_;  // oldest first, at most limits::kExpiredIdsMax
};

class Mempool {
 public:
  explicit Mempool(MempoolLimits limits) : limits_(limits) {}

  // Errors: duplicate (it is here already), overloaded (which limit, and that it may be sent
  // again).
  Result<void> add(TransactionPtr transaction);

  // nullptr if it is not here.
  TransactionPtr find(const TxId& id) const;

  // The oldest ones that are in no batch, within the limits; marks them as chosen. Those that would
  // be skipped at time `now` because they have expired are left for `remove_expired`.
  std::vector<TransactionPtr> choose(std::size_t count_max, std::size_t body_bytes_max, TimeMs now);

  // Makes chosen ones available again, in front (their batch was given up in a view change).
  void give_back(const std::vector<TxId>& ids);

  // Executed, refused or skipped: done.
  void remove(const std::vector<TxId>& ids);

  // Removes those with valid_until < now that are in no batch, and returns them.
  std::vector<TransactionPtr> remove_expired(TimeMs now);

  // Any thread may ask it, as long as the mempool lives.
  const PendingIds& pending() const { return pending_; }

  std::size_t size() const { return entries_.size(); }
  std::size_t available() const { return available_; }  // in no batch
  std::size_t bytes() const { return bytes_; }

 private:
  struct Entry {
    TransactionPtr transaction;
    bool chosen = false;
  };

  void forget_removed();
  void erase(std::unordered_map<TxId, Entry, FixedBytesHash>::iterator place);

  MempoolLimits limits_;
  std::unordered_map<TxId, Entry, FixedBytesHash> entries_;
  PendingIds pending_;      // the keys of entries_
  std::deque<TxId> queue_;  // in order of arrival; ids that are gone or chosen are passed over
  std::unordered_map<Address, std::size_t, FixedBytesHash> by_sender_;
  std::size_t available_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace generion::node
