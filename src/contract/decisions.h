// What validators decide: when it is decided, whether it can be done, and doing it.
#pragma once

#include "base/error.h"
#include "contract/execution.h"
#include "contract/working_state.h"

namespace generion::contract {

// Whether what is proposed could be done now. Asked when it is proposed, when its votes pass it or,
// if it waits, when it has waited. Errors: too_many, validator_exists, validator_not_found,
// address_taken, too_few_validators, institution_not_found, institution_not_accredited,
// user_not_found, mint_limit, overflow, parameter_unknown, parameter_range, upgrade_past. Keys that
// are reserved for `id` are free.
Result<void> check_decision(WorkingState& state, TimeMs now, const Proposal& proposal,
                            std::optional<ProposalId> id = std::nullopt);

// It was decided, but cannot be done: the proposal says why.
std::unexpected<Error> fail_proposal(Proposal& proposal, const Error& why);

// How many of a validator's proposals are open.
std::uint64_t open_proposals(WorkingState& state, ValidatorId validator);

// An open proposal, numbered.
ProposalId open_proposal(WorkingState& state, Proposal proposal);

// After a vote: an open proposal that more than two thirds of the set in force want passes; one
// that can no longer get so many is rejected.
void settle(WorkingState& state, TimeMs now, ProposalId id);

// With a new status, an institution has no suspension's end and no votes for one.
void set_status(WorkingState& state, InstitutionId id, Institution::Status status, TimeMs now);

}  // namespace generion::contract
