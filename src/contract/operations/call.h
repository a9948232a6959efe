// One transaction on its way through the contract: what every operation sees.
#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include "base/error.h"
#include "contract/execution.h"
#include "contract/working_state.h"

namespace generion::contract {

// Who signed: always somebody that the chain knows. All but the first two can do
// little: check_key_kind.
using Sender = std::variant<UserId, InstitutionId, RecoveryOf, ValidatorId, NodeKeyOf, ReservedFor>;

struct Call {
  WorkingState& state;
  const BlockContext& block;
  const Transaction& transaction;
  std::uint32_t index_in_batch = 0;
  Sender sender;
  std::uint32_t operation = 0;     // the one under way
  std::uint32_t attachments = 0;   // referred to by the operations so far
  std::uint32_t account_rows = 0;  // left by now
  std::vector<std::uint64_t> new_ids;

  const Address& sender_address() const { return transaction.body.sender; }
  Position position() const { return {block.height, index_in_batch, operation}; }
  // Where the next attachment of this transaction is filed.
  AttachmentId file_attachment() { return {block.height, index_in_batch, attachments++}; }
};

// The sender, charged with nothing yet. With user_admission = open, somebody unknown becomes a user
// here. Errors: not_admitted, institution_not_accredited.
Result<Sender> resolve_sender(WorkingState& state, const BlockContext& block,
                              const Address& address);

// A recovery key can do nothing but moveUser, a governance key nothing but govern and what the key
// of a validator's node can, that one nothing but endEpoch and reportEvidence, a joiner's nothing
// but reportReady; and nobody else can do these. Errors: wrong_key, not_validator, not_joiner.
Result<void> check_key_kind(const Call& call, const Operation& operation);

// The sender, if it is a user. Error is_institution.
Result<UserId> user_sender(const Call& call);

// Takes one operation from the sender's day. Error operation_limit.
Result<void> charge_operation(Call& call);

// A new user, taken from the institution's day. `address` must be unknown. Error admission_limit.
Result<UserId> admit(Call& call, InstitutionId institution, const Address& address);

// What the change under way leaves in a record's history; `about`: a share's or order's number.
HistoryEntry history_entry(const Call& call, RecordChange change, std::uint64_t about = 0);

// The transaction, in its sender's account.
void note_sent(Call& call);
// What happened to an account's tokens.
void note_account(Call& call, UserId account, AccountChange change, std::uint64_t amount,
                  std::optional<UserId> other, std::uint64_t about = 0);

// The record, if it is there and not deleted. Errors: record_not_found, record_deleted.
Result<const Record*> living_record(Call& call, RecordId id);
bool is_owner(const Call& call, const Record& record);
// The same, of the sender's own. Errors as living_record; not_owner.
Result<const Record*> own_living_record(Call& call, RecordId id);

// Whether it fits what the record holds by now. Errors: is_capsule, not_capsule, lock_mismatch.
Result<void> check_access(RecordId id, const Record& record,
                          const std::variant<Relocking, AttachmentRef>& access);
// What the grantee or buyer gets; opaque data is filed as this transaction's next attachment.
Access file_access(Call& call, const std::variant<Relocking, AttachmentRef>& access);
// The statistics cell of this month that the record counts in.
Cell& cell_of(WorkingState& state, const BlockContext& block, const Record& record);

// The order. Error order_not_found.
Result<const Order*> existing_order(Call& call, OrderId id);
// The order must be the seller's. Error not_seller.
Result<void> check_seller(const Order& order, OrderId id, UserId user);
// Ends the open orders that hold a record, as if their seller had deleted them.
void withdraw_orders_of(Call& call, RecordId record);

// Each takes effect, or says why not; what it has changed by then is taken back by the caller.
Result<void> apply_operation(Call& call, const SetUserPubKey& op);
Result<void> apply_operation(Call& call, const AdmitUser& op);
Result<void> apply_operation(Call& call, const CreateRecord& op);
Result<void> apply_operation(Call& call, const VerifyRecord& op);
Result<void> apply_operation(Call& call, const DeleteRecord& op);
Result<void> apply_operation(Call& call, const RelockRecord& op);
Result<void> apply_operation(Call& call, const ShareRecord& op);
Result<void> apply_operation(Call& call, const RevokeShare& op);
Result<void> apply_operation(Call& call, const SetRecoveryKey& op);
Result<void> apply_operation(Call& call, const MoveUser& op);
Result<void> apply_operation(Call& call, const CancelMove& op);
Result<void> apply_operation(Call& call, const CreateOrder& op);
Result<void> apply_operation(Call& call, const DeleteOrder& op);
Result<void> apply_operation(Call& call, const PurchaseData& op);
Result<void> apply_operation(Call& call, const DeliverOrder& op);
Result<void> apply_operation(Call& call, const Transfer& op);
Result<void> apply_operation(Call& call, const Propose& op);
Result<void> apply_operation(Call& call, const Vote& op);
Result<void> apply_operation(Call& call, const SuspendInstitution& op);
Result<void> apply_operation(Call& call, const AnchorLog& op);
Result<void> apply_operation(Call& call, const EndEpoch& op);
Result<void> apply_operation(Call& call, const ReportReady& op);
Result<void> apply_operation(Call& call, const ReportEvidence& op);

}  // namespace generion::contract
