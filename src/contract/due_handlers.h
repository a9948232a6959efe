// What is done when something falls due: one function for each DueKind. Its row is gone by then.
//
// An error's code goes into the system receipt. Whatever the handler has changed stays: one that
// fails has changed at most what says that it failed.
#pragma once

#include <cstdint>
#include <optional>

#include "base/error.h"
#include "contract/due.h"

namespace generion::contract {

// As those for a Call; no transaction did it.
HistoryEntry history_entry(const DueCall& call, RecordChange change, std::uint64_t about = 0);
void note_account(DueCall& call, UserId account, AccountChange change, std::uint64_t amount,
                  std::optional<UserId> other, std::uint64_t about = 0);

Result<void> expire_share(DueCall& call, ShareId id);

// At most kSharesPerCloseMax of a deleted record's shares; what is left falls due again at once,
// which is in the next block.
inline constexpr std::size_t kSharesPerCloseMax = 64;
Result<void> close_record_shares(DueCall& call, RecordId id);

// Error address_taken: somebody else has got the new key since; the move is off.
Result<void> carry_out_move(DueCall& call, UserId id);

// A purchased order that was not delivered in time: the buyer gets the price back.
Result<void> refund_order(DueCall& call, OrderId id);

// A delivered order's opaque data has been kept long enough: it is erased.
Result<void> end_retention(DueCall& call, OrderId id);
Result<void> lapse_proposal(DueCall& call, ProposalId id);
// Errors: those of check_decision; the proposal is marked impossible then.
Result<void> enforce_proposal(DueCall& call, ProposalId id);
Result<void> end_suspension(DueCall& call, InstitutionId id);

}  // namespace generion::contract
