// Executes a chain again and compares: the part of an audit that goes block by block. The state is
// a database in a directory of its own, so memory does not grow with the chain.
//
// One thread.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "audit/attachment_check.h"
#include "audit/checked_block.h"
#include "audit/statistics.h"
#include "audit/token_supply.h"
#include "ledger/execute.h"
#include "ledger/state_store.h"
#include "types/genesis.h"

namespace generion::audit {

class Replay {
 public:
  // Begins with the genesis state in `directory`, which is made and must not exist. `attachments`:
  // whether the source has them. Errors: disk_full, io_error.
  static Result<std::unique_ptr<Replay>> begin(const std::filesystem::path& directory,
                                               const Genesis& genesis, bool attachments);

  // The next block. A fault ends the replay: the state stays that of the block before. Errors:
  // newer_format (the chain has gone over to a version of the protocol that this program does not
  // know), too_many (AttachmentCheck), damaged, disk_full, io_error (the own database).
  Result<std::optional<Fault>> apply(const CheckedBlock& block);

  // What the block's batch gives on this state; nothing is compared. It was checked, without a
  // fault.
  Result<std::shared_ptr<const ledger::ExecutedBlock>> execute(const CheckedBlock& block) const {
    return ledger::execute_batch(*state_, rules_, block.block.batch, block.transactions);
  }

  // After the last block: is it final, does nothing lack?
  std::optional<Fault> finish() const;

  std::shared_ptr<const ledger::StateVersion> tip() const { return state_->tip(); }
  const contract::EpochRules& epoch() const { return *rules_.epoch; }  // of the next block
  const Statistics& statistics() const { return statistics_; }
  const TokenSupply& supply() const { return supply_; }
  const AttachmentCheck& attachments() const { return attachments_; }

 private:
  Replay(std::unique_ptr<ledger::StateStore> state, bool attachments)
      : state_(std::move(state)), attachments_(attachments) {}
  Result<std::optional<Fault>> begin_chain(const Genesis& genesis);
  std::optional<Fault> check_link(const CheckedBlock& block) const;
  std::optional<Fault> check_batch(const CheckedBlock& block) const;
  Result<std::optional<Fault>> apply_executed(const CheckedBlock& block,
                                              const ledger::ExecutedBlock& executed);
  Result<void> write(const ledger::ExecutedBlock& executed);

  std::unique_ptr<ledger::StateStore> state_;
  ledger::ExecutionRules rules_;
  std::optional<Height> unproven_;  // the first block above the last certificate
  Statistics statistics_;
  TokenSupply supply_;
  AttachmentCheck attachments_;
};

}  // namespace generion::audit
