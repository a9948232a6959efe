// A chain whose first epoch has ended, for tests of snapshots: validators' endEpoch, then the 128
// closing blocks.
#pragma once

#include <fmt/core.h>

#include "chain_fixture.h"
#include "contract/rebuild.h"
#include "ledger/object_rows.h"
#include "ledger/snapshots.h"
#include "temporary_directory.h"
#include "types/epoch_chain.h"

namespace generion::ledger::test {

inline Genesis short_epochs() {
  Genesis genesis = make_genesis();
  genesis.parameters.epoch_min_ms = 1;
  return genesis;
}

class SnapshotChain {
 public:
  explicit SnapshotChain(std::size_t users = 100)
      : genesis(short_epochs()),
        maker(genesis),
        ledger(std::move(*Ledger::open(directory.path() / "chain", genesis, {}))) {
    std::vector<TransactionPtr> first;
    for (std::size_t i = 0; i < users; ++i) {
      first.push_back(maker.create_record(fmt::format("user {}", i), Bytes("data")));
    }
    add(first);
    end_epoch();
  }

  std::shared_ptr<const ExecutedBlock> add(const std::vector<TransactionPtr>& transactions) {
    Batch batch = maker.batch(ledger->stored().next(), transactions);
    batch.epoch = ledger->epoch()->number;
    last = run(*ledger, maker.put(batch, transactions));
    return last;
  }

  // Its last block stands in `last`.
  void end_epoch() {
    add({maker.transaction("governor", {EndEpoch{}})});
    REQUIRE(ledger->last_height());
    while (!last->writes.next_epoch) add({});
    closed_.emplace_back(last->header.height, ledger->epoch()->validators);
  }

  Bytes receipts() const { return encode_receipts(last->system_receipts, last->receipts); }

  // The snapshot of the last block.
  std::unique_ptr<Snapshots> take() {
    auto snapshots = Snapshots::open(directory.path() / "snapshots", ledger->chain());
    REQUIRE(snapshots);
    const auto state = ledger->at(last->header.height);
    REQUIRE(state);
    const auto taken = (*snapshots)->take(last->header, *object_rows(*state), receipts(), 1);
    if (!taken) FAIL(taken.error().message);
    return std::move(*snapshots);
  }

  // The ends of the epochs so far.
  std::vector<EpochEnd> ends() const {
    std::vector<EpochEnd> out;
    for (const auto& [height, next] : closed_) {
      out.push_back({*ledger->header(height), *ledger->certificate(height), next});
    }
    return out;
  }

  TemporaryDirectory directory;
  Genesis genesis;
  Maker maker;
  std::unique_ptr<Ledger> ledger;
  std::shared_ptr<const ExecutedBlock> last;

 private:
  std::vector<std::pair<Height, ValidatorSet>> closed_;
};

}  // namespace generion::ledger::test
