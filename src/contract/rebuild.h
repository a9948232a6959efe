// The look-ups made again from the objects alone, for a state that came as a snapshot: all rows of
// docs/protocol/state.md but histories and accounts, which tell of blocks.
//
//   LookupRebuild rebuild(header.time, system_receipts, genesis.parameters.due_per_block);
//   for (each object) rebuild.add(key, value);
//   rebuild.finish();
//   write(rebuild.take());
//
// What is due is a function of the objects only where nothing that was due is left over: after a
// block of which is_due_done says so. Its system receipts tell the rest.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "contract/epoch_objects.h"
#include "contract/governance_objects.h"
#include "contract/lookups.h"
#include "contract/market_objects.h"

namespace generion::contract {

// Whether a block with these system receipts has handled all that was due by its time, whatever
// else it did; `due_per_block` is the parameter by which it went. False may be overcautious.
bool is_due_done(const std::vector<SystemReceipt>& handled, std::uint64_t due_per_block);

class LookupRebuild {
 public:
  using Row = std::pair<Bytes, Bytes>;

  // `time` is that of the state's block, `handled` its system receipts; `genesis_due` is
  // due_per_block of the genesis file.
  LookupRebuild(TimeMs time, const std::vector<SystemReceipt>& handled, std::uint64_t genesis_due);

  // Each object of the state once; records in the order of their numbers, all else in any. Error
  // damaged: a key or a value that no version of this program writes.
  Result<void> add(ByteView key, ByteView value);

  // After the last object. Error damaged: the objects do not belong together, or the block did not
  // handle all that was due.
  Result<void> finish();

  // The rows since the last call, in no order.
  std::vector<Row> take() { return std::exchange(rows_, {}); }

  // --- after finish ---

  // The last of the epochs: what the state's next block belongs to.
  const EpochObject& epoch() const { return epochs_.rbegin()->second; }
  const std::map<Epoch, EpochObject>& epochs() const { return epochs_; }
  // How long ahead a transaction could be valid, by the first block of each epoch since which it
  // was so. `genesis_ms` is the genesis file's tx_window_ms.
  std::map<Height, std::uint64_t> tx_windows(std::uint64_t genesis_ms) const;

 private:
  void put(Bytes key, Bytes value = {}) { rows_.emplace_back(std::move(key), std::move(value)); }
  void put_due(TimeMs time, DueKind kind, std::uint64_t id);
  Result<void> add_single(SingleObject object, ByteView value);
  void add_user(UserId id, const User& user);
  void add_institution(InstitutionId id, const Institution& institution);
  void add_record(RecordId id, const Record& record);
  void add_share(ShareId id, const Share& share);
  void add_order(OrderId id, const Order& order);
  void add_proposal(ProposalId id, Proposal proposal);
  Result<void> add_node_keys();
  Result<void> check_due_limit() const;
  std::map<Height, std::uint64_t> values_of(std::string_view parameter,
                                            std::uint64_t genesis) const;

  const TimeMs time_;
  std::set<std::uint64_t> retention_done_;  // orders, in the state's block
  const std::vector<SystemReceipt> handled_;
  const std::uint64_t genesis_due_;
  std::vector<Row> rows_;
  std::set<UserId> listed_;
  RecordId last_record_;
  std::map<ValidatorId, std::uint64_t> open_proposals_;
  std::map<ProposalId, Proposal> decided_;  // those that an epoch may name
  std::map<Epoch, EpochObject> epochs_;
};

}  // namespace generion::contract
