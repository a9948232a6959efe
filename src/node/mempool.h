// The verified transactions that wait to be ordered. Owned by the replica thread.
//
// Bounded by verification weight (a signature counts 1, a proof 10) and bytes. Each node that
// brings transactions in, its ingress, has an equal share of both, so a hospital answers for its
// own clients: one that floods fills its own share only. Batches are chosen from all ingresses in
// turn, from each oldest first.
//
// A transaction that stands in a batch stays here until that is executed or given up. It can stand
// in several, since a view change may give up one and propose another.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/error.h"
#include "base/limits.h"
#include "consensus/clock.h"
#include "types/transaction.h"

namespace generion::node {

using TransactionPtr = std::shared_ptr<const Transaction>;

struct MempoolLimits {
  std::size_t weight_max = 100'000;
  std::size_t bytes_max = 256 * 1024 * 1024;  // bodies and attachments
  std::size_t per_sender_max = 20'000;        // transactions of one sender
  std::size_t ingresses = 1;                  // that share the weight and the bytes
};

// What checking the transaction costs, in signatures.
std::size_t verification_weight(const Transaction& transaction);

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

// What a batch may hold.
struct BatchBounds {
  std::size_t count_max;
  std::size_t body_bytes_max;
  TimeMs time;                 // of the batch
  std::uint64_t tx_window_ms;  // a transaction is executed only within this time before it ends
};

class Mempool {
 public:
  explicit Mempool(MempoolLimits limits) : limits_(limits) {}

  // `ingress` is the node that brought it. Errors: duplicate (it is here already), overloaded
  // (which limit, and that it may be sent again).
  Result<void> add(TransactionPtr transaction, const PublicKey& ingress,
                   consensus::Monotonic now = {});

  // nullptr if it is not here.
  TransactionPtr find(const TxId& id) const;

  // Who brought one that is here.
  const PublicKey& ingress_of(const TxId& id) const { return entries_.at(id).ingress; }

  // Some that are in no batch, within the bounds; they stand in one more batch now. Those that
  // would be skipped at the batch's time stay, for `remove_expired` or a later batch.
  std::vector<TransactionPtr> choose(const BatchBounds& bounds);

  // Those of these ids that are here stand in one more batch: another node proposed it.
  void hold(const std::vector<TxId>& ids);

  // A batch with these ids was given up: undoes `choose` or `hold`. They are available again, in
  // front, once they are in none.
  void give_back(const std::vector<TxId>& ids);

  // Executed, refused or skipped: done.
  void remove(const std::vector<TxId>& ids);

  // Removes those with valid_until < now that are in no batch, and returns them.
  std::vector<TransactionPtr> remove_expired(TimeMs now);

  // At most `max` that are in no batch although they came at `before` or earlier.
  std::vector<TransactionPtr> waiting_since(consensus::Monotonic before, std::size_t max) const;

  // At most `max` of this ingress, in a batch or not.
  std::vector<TransactionPtr> of_ingress(const PublicKey& ingress, std::size_t max) const;

  // Any thread may ask it, as long as the mempool lives.
  const PendingIds& pending() const { return pending_; }

  std::size_t size() const { return entries_.size(); }
  std::size_t available() const { return available_; }  // in no batch
  std::size_t bytes() const { return bytes_; }
  double fullest_share() const;  // of an ingress: 0 empty, 1 full

 private:
  struct Entry {
    TransactionPtr transaction;
    PublicKey ingress;
    consensus::Monotonic arrived;
    std::size_t batches = 0;  // that it stands in
  };
  struct Ingress {
    std::deque<TxId> queue;  // in order of arrival; ids that are gone or chosen are passed over
    std::size_t count = 0;
    std::size_t weight = 0;
    std::size_t bytes = 0;
  };
  using Entries = std::unordered_map<TxId, Entry, FixedBytesHash>;

  Result<void> check_share(const Transaction& transaction, const PublicKey& ingress) const;
  TransactionPtr take_next(Ingress& ingress, const BatchBounds& bounds, std::size_t bytes,
                           std::vector<TxId>& untimely);
  void forget_removed(Ingress& ingress);
  void erase(Entries::iterator place);

  MempoolLimits limits_;
  Entries entries_;
  PendingIds pending_;  // the keys of entries_
  std::map<PublicKey, Ingress> ingresses_;
  PublicKey last_turn_;  // the ingress that was chosen from last
  std::unordered_map<Address, std::size_t, FixedBytesHash> by_sender_;
  std::size_t available_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace generion::node
