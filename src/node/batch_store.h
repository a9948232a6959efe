// Batches that are not settled yet, with their transactions, by height and digest: what is
// proposed, voted for and executed. Belongs to the replica thread; reads the ledger for what a
// restart left on disk.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "consensus/actions.h"
#include "ledger/ledger.h"
#include "node/mempool.h"

namespace generion::node {

struct Bodies {
  consensus::BatchPtr batch;
  std::vector<TransactionPtr> transactions;  // in the order of batch->ids
};

class BatchStore {
 public:
  BatchStore(const ledger::Ledger& ledger, Epoch epoch) : ledger_(ledger), epoch_(epoch) {}

  // All that was kept is of an epoch that is over, and stored. Gives back the ids that stood in it.
  std::vector<TxId> begin_epoch(Epoch epoch);

  void put(const Hash& digest, Bodies bodies);

  // From memory, else from the ledger; the null batch is always here. nullptr: not here. Valid
  // until the next call that is not const.
  const Bodies* find(Height height, const Hash& digest);

  // Whether the ledger has the batch, or will have it before what is persisted from now on.
  bool is_stored(Height height, const Hash& digest) const;
  void mark_stored(Height height, const Hash& digest);

  void erase(Height height, const Hash& digest);

  // Forgets all heights up to this one; gives back the ids that stood in their batches.
  std::vector<TxId> erase_up_to(Height height);

  // The ids in batches of this height or above that the mempool still holds for them; each is told
  // once.
  std::vector<TxId> release_from(Height height);

 private:
  struct Entry {
    Bodies bodies;
    bool holds = false;  // its transactions are marked in the mempool as chosen
    bool is_stored = false;
  };
  using Key = std::pair<Height, Hash>;

  const Bodies* load(Height height, const Hash& digest);

  const ledger::Ledger& ledger_;
  Epoch epoch_;
  std::map<Key, Entry> entries_;
};

}  // namespace generion::node
