// One transaction on its way through the contract: what every operation sees.
#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include "base/error.h"
#include "contract/execution.h"
#include "contract/working_state.h"

namespace generion::contract {

// Who signed: always somebody that the chain knows.
using Sender = std::variant<UserId, InstitutionId>;

struct Call {
  WorkingState& state;
  const BlockContext& block;
  const Transaction& transaction;
  std::uint32_t index_in_batch = 0;
  Sender sender;
  std::uint32_t operation = 0;    // the one under way
  std::uint32_t attachments = 0;  // referred to by the operations so far
  std::vector<std::uint64_t> new_ids;

  const Address& sender_address() const { return transaction.body.sender; }
};

// The sender, charged with nothing yet. With user_admission = open, somebody unknown becomes a user
// here. Errors: not_admitted, institution_not_accredited.
Result<Sender> resolve_sender(WorkingState& state, const BlockContext& block,
                              const Address& address);

// Takes one operation from the sender's day. Error operation_limit.
Result<void> charge_operation(Call& call);

// A new user, taken from the institution's day. `address` must be unknown. Error admission_limit.
Result<UserId> admit(Call& call, InstitutionId institution, const Address& address);

// What the change under way leaves in a record's history.
HistoryEntry history_entry(const Call& call, RecordChange change);

// Each takes effect, or says why not; what it has changed by then is taken back by the caller.
Result<void> apply_operation(Call& call, const SetUserPubKey& op);
Result<void> apply_operation(Call& call, const AdmitUser& op);
Result<void> apply_operation(Call& call, const CreateRecord& op);
Result<void> apply_operation(Call& call, const VerifyRecord& op);
Result<void> apply_operation(Call& call, const DeleteRecord& op);

}  // namespace generion::contract
