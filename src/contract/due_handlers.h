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

Result<void> lapse_proposal(DueCall& call, ProposalId id);
// Errors: those of check_decision; the proposal is marked impossible then.
Result<void> enforce_proposal(DueCall& call, ProposalId id);
Result<void> end_suspension(DueCall& call, InstitutionId id);

// What happened to an account's tokens: at most one row for each account and due thing.
void note_account(DueCall& call, UserId account, AccountChange change, std::uint64_t amount,
                  std::optional<UserId> other, std::uint64_t about);

}  // namespace generion::contract
