// Who waits for which transaction. Owned by the replica thread.
#pragma once

#include <map>
#include <unordered_map>
#include <vector>

#include "rpc/backend.h"
#include "types/ids.h"

namespace generion::node {

class Waiters {
 public:
  using Callback = rpc::Backend::SubmitCallback;

  // Someone waits until the transaction is executed, or until its block is sealed.
  void add(const TxId& id, rpc::Wait wait, Callback callback);

  // Its outcome stands in block `outcome.height`: answers those who wait for that, keeps the
  // others.
  void executed(const rpc::Outcome& outcome);

  // It will never be executed.
  void ended(const rpc::Outcome& outcome);

  struct Sealed {
    rpc::Outcome outcome;
    Callback callback;
  };

  // Someone waits for the seal of a block that stands already.
  void add_for_seal(rpc::Outcome outcome, Callback callback);

  // Blocks up to this height have a certificate: those who waited for one, to be answered with a
  // proof.
  std::vector<Sealed> sealed(Height height);

  // The node stops: everybody gets this error.
  void fail_all(const Error& error);

  std::size_t size() const { return waiting_.size() + for_seal_.size(); }

 private:
  struct Waiter {
    rpc::Wait wait;
    Callback callback;
  };
  std::unordered_multimap<TxId, Waiter, FixedBytesHash> waiting_;
  std::multimap<Height, Sealed> for_seal_;
};

}  // namespace generion::node
