// The primary's choice: when to propose, and what. Belongs to the replica thread.
#pragma once

#include <optional>

#include "consensus/replica.h"
#include "node/batch_store.h"
#include "node/epoch_state.h"
#include "node/mempool.h"

namespace generion::node {

// What the newest applied block leaves to do.
struct AppliedTip {
  Height height;
  TimeMs time;
  std::optional<TimeMs> next_due;  // when the next thing falls due after it
};

struct Proposal {
  Height height;
  TimeMs time;
  std::vector<TxId> ids;
  Hash digest;
  consensus::BatchSize size = consensus::BatchSize::below_fill;
};

class Proposer {
 public:
  struct Settings {
    Hash chain;
    PublicKey self;
    std::size_t batch_fill = 200;
  };

  Proposer(const Settings& settings, EpochRulesPtr rules, Mempool& mempool, BatchStore& store)
      : settings_(settings), rules_(std::move(rules)), mempool_(mempool), store_(store) {}

  // What is proposed from now on belongs to this epoch.
  void begin_epoch(EpochRulesPtr rules) { rules_ = std::move(rules); }

  // The next batch, if the replica wants one and there is something to put into it; it stands in
  // the store then. An empty one is a sign of life or a block for what is due, and only follows a
  // tip that has nothing in flight above it; while the epoch ends, each batch counts as a full one,
  // so that the last 128 blocks do not take a round trip each.
  std::optional<Proposal> choose(const consensus::Status& status, TimeMs wall,
                                 const AppliedTip& tip);

  // The replica did not take it.
  void withdraw(const Proposal& proposal);

 private:
  bool wants_empty_batch(const consensus::Status& status, TimeMs time, const AppliedTip& tip) const;

  const Settings settings_;
  EpochRulesPtr rules_;
  Mempool& mempool_;
  BatchStore& store_;
};

}  // namespace generion::node
