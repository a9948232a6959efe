// A machine's ledger in memory: the state, its tree, and where transactions were executed. What a
// batch does to it is decided by the programs' own code (ledger/execute.h, contract). Copying it is
// a snapshot.
#pragma once

#include <map>

#include "contract/epoch_rules.h"
#include "ledger/execute.h"

namespace generion::sim {

using ExecutedBlockPtr = std::shared_ptr<const ledger::ExecutedBlock>;
using TransactionPtr = std::shared_ptr<const Transaction>;

class MemoryLedger final : public ledger::ExecutionState, public ledger::StateVersion {
 public:
  explicit MemoryLedger(const Genesis& genesis);

  // The next block. Nothing is changed: that is for apply.
  ExecutedBlockPtr execute(const Batch& batch,
                           const std::vector<TransactionPtr>& transactions) const;
  void apply(const ledger::ExecutedBlock& block);

  // ExecutionState
  std::shared_ptr<const StateVersion> tip() const override;
  Result<std::optional<ledger::TransactionPlace>> find(const TxId& id) const override;
  std::shared_ptr<const ledger::PendingState> prepare(
      const contract::BlockWrites& writes) const override;

  // StateVersion
  const BlockHeader& header() const override { return header_; }
  const Hash& hash() const override { return hash_; }
  Result<ledger::ObjectProof> prove(ByteView key) const override;
  std::optional<Bytes> object(ByteView key) const override;
  std::optional<Bytes> lookup(ByteView key) const override;
  std::vector<Entry> scan(ByteView prefix, ByteView after, std::size_t limit) const override;

 private:
  struct Object {
    Slot slot;
    Bytes value;
  };

  void write(const contract::BlockWrites& writes, const ledger::PendingState& pending);

  ledger::ExecutionRules rules_;  // of the next block
  BlockHeader header_;
  Hash hash_;
  ledger::StateTree tree_;
  std::map<std::uint64_t, std::shared_ptr<const ledger::TreePage>> pages_;
  std::map<Bytes, Object, std::less<>> objects_;
  std::map<Bytes, Bytes, std::less<>> lookups_;
  std::map<TxId, ledger::TransactionPlace> executed_;
};

}  // namespace generion::sim
