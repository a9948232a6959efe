// Whether a primary passes over a transaction: what this node has received, and not seen proposed.
//
// Overload must not look like censorship: what counts is not how long a transaction waits, but how
// many that this node received later were proposed before it, since this node itself offered it to
// the primary, in batches that left room for its ingress validator.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "types/block.h"
#include "types/ids.h"

namespace generion::consensus {

class CensorWatch {
 public:
  // `validators` >= 1; a primary is suspect once it proposed `censor_after` >= 1 others.
  CensorWatch(std::size_t validators, std::uint64_t censor_after);

  // This node has it, from `ingress`. Known ids are ignored.
  void received(const TxId& id, const PublicKey& ingress);

  // This node has sent it to this view's primary, or knows that it has it. Counts as received now
  // if it is unknown.
  void offered(const TxId& id, const PublicKey& ingress);

  // Executed, expired or dropped here.
  void gone(const TxId& id);

  // Another primary: it has been offered nothing yet, and owes nothing for the one before.
  void on_view();

  // Others share the batches from now on; as on_view.
  void on_epoch(std::size_t validators);

  // A batch of the view's primary was accepted.
  void proposed(const std::vector<TxId>& ids);

  // The oldest offered transaction that waits was passed over too often.
  bool is_suspect() const { return passed_.size() >= censor_after_; }

  std::size_t waiting() const { return waiting_.size(); }

 private:
  struct Waiting {
    TxId id;
    PublicKey ingress;
  };
  bool has_room_for(const PublicKey& ingress, const std::vector<TxId>& ids) const;
  void forget(const TxId& id);
  void drop_passed();

  std::size_t validators_;
  std::uint64_t censor_after_;
  std::uint64_t arrivals_ = 0;
  std::map<std::uint64_t, Waiting> waiting_;  // by the order of arrival
  std::map<TxId, std::uint64_t> places_;
  std::set<std::uint64_t> offered_;  // of those that wait: what this view's primary owes
  // Arrivals that were proposed in this view while an older one was owed; at most censor_after.
  std::set<std::uint64_t> passed_;
};

}  // namespace generion::consensus
