// The contract's rules once more, as naively as they can be put: docs/protocol/state.md in code,
// without undo, indexes or bounds of work. The contract is compared with it.
//
//   Model model(genesis);
//   model.start_block(height, time);
//   model.handle_due();
//   model.begin(sender, place);
//   for (op : operations) model.step(op);       // until one is refused
//   model.end(transaction);                     // takes effect, or not at all
//   model.end_block();
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "contract/execution.h"
#include "types/block.h"
#include "types/genesis.h"
#include "world.h"

namespace generion::contract::model {

struct Outcome {
  Code code = Code::ok;
  std::uint64_t failed_operation = 0;
  std::vector<std::uint64_t> new_ids;
};

// What a block leaves beside the objects.
struct Traces {
  std::map<Bytes, Bytes> rows;  // of histories and accounts
  std::vector<AttachmentId> erasures;
};

class Model {
 public:
  explicit Model(const Genesis& genesis);

  World world;

  Height height() const { return height_; }
  TimeMs now() const { return now_; }
  const Address& sender() const { return address_; }
  const Identity& identity() const { return sender_; }  // the sender's, as the transaction began
  const Outcome& outcome() const { return outcome_; }
  const Traces& traces() const { return traces_; }  // of the block so far
  // The first time at which something falls due by itself.
  std::optional<TimeMs> next_due() const;
  // The rows of all that falls due.
  std::set<Bytes> due_rows() const;

  void start_block(Height height, TimeMs now);
  std::vector<SystemReceipt> handle_due();
  void begin(const Address& sender, std::uint32_t place);
  // Does nothing once an operation was refused.
  void step(const Operation& operation);
  Outcome end(const Transaction& transaction);
  // Instead of end(): as if the transaction had not begun.
  void give_up();
  // After the last transaction. True: the epoch was closed, or the next one began.
  bool end_block();
  // The world as it would be if the epoch ended now.
  World next_world() const;
  // Of the epoch that the block belongs to.
  std::optional<Height> last_height() const { return last_height_; }

 private:
  Code enter();
  Code may(const Operation& operation);
  Budget& today();
  Code admit(InstitutionId by, const Address& address);
  UserId add_user(const Address& address, std::optional<InstitutionId> by);
  std::optional<UserId> user() const;
  std::optional<UserId> user_at(const Address& address) const;

  Code own(RecordId id) const;  // whether it is the sender's, and not deleted
  Code check_access(const Record& record, const std::variant<Relocking, AttachmentRef>& a) const;
  Access take_access(const std::variant<Relocking, AttachmentRef>& access);
  AttachmentId next_attachment() { return {height_, place_, attachments_++}; }
  void close_share(std::uint64_t number, Share::Status status);
  void end_order(Order& order, Order::Status status);
  void move(UserId id, const Address& key);

  Code check_action(const Proposal& proposal) const;
  std::uint64_t count_members(const std::vector<ValidatorId>& votes) const;
  void settle(std::uint64_t number);
  void enforce(Proposal& proposal);
  bool carry_out(Proposal& proposal);
  void set_status(Institution& institution, Institution::Status status);
  ProposalId id_of(const Proposal& proposal) const;

  Code check_member() const;  // whether the sender is a validator, by either of its keys
  std::uint64_t waiting() const;
  Code check_parameter(const SetParameter& action) const;
  void await_epoch(Proposal& proposal);
  void take_force(ProposalId id);
  void carry_out_with_epoch(const GovernanceAction& action);
  void begin_epoch();

  std::vector<Due> all_due() const;
  bool is_due(const Due& due) const;
  Code handle(const Due& due);
  Code refund(std::uint64_t order);
  Code close_shares(std::uint64_t record);
  Code expire(std::uint64_t share);
  Code carry_out_move(UserId id);
  Code enforce_decided(std::uint64_t number);

  void history(RecordId id, RecordChange change, std::uint64_t about = 0);
  void account(const Account& of, AccountChange change, std::uint64_t amount,
               std::optional<UserId> other, std::uint64_t about = 0);

  // One for each operation; the code of the refusal, or ok.
  Code rule(const SetUserPubKey& op);
  Code rule(const AdmitUser& op);
  Code rule(const CreateRecord& op);
  Code rule(const VerifyRecord& op);
  Code rule(const DeleteRecord& op);
  Code rule(const RelockRecord& op);
  Code rule(const ShareRecord& op);
  Code rule(const RevokeShare& op);
  Code rule(const CreateOrder& op);
  Code rule(const DeleteOrder& op);
  Code rule(const PurchaseData& op);
  Code rule(const DeliverOrder& op);
  Code rule(const Transfer& op);
  Code rule(const SetRecoveryKey& op);
  Code rule(const MoveUser& op);
  Code rule(const CancelMove& op);
  Code rule(const Propose& op);
  Code rule(const Vote& op);
  Code rule(const SuspendInstitution& op);
  Code rule(const AnchorLog& op);
  Code rule(const EndEpoch& op);
  Code rule(const ReportReady& op);
  Code rule(const ReportEvidence& op);

  Height height_;
  TimeMs now_;
  std::uint32_t place_ = 0;  // of the transaction, or kSystemPlace
  std::uint32_t step_ = 0;   // of the operation, or of what falls due
  Address address_;
  Identity sender_;
  std::optional<Height> last_height_;
  std::uint32_t attachments_ = 0;
  std::uint32_t account_rows_ = 0;
  Outcome outcome_;
  Traces traces_;
  std::vector<std::pair<RecordId, HistoryEntry>> histories_;  // of the transaction

  World world_before_;
  Traces traces_before_;
};

}  // namespace generion::contract::model
