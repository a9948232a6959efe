// Tokens on their way from one account to another.
#pragma once

#include <cstdint>

#include "contract/working_state.h"

namespace generion::contract {

// Into a user's balance. Error overflow: the balance can hold no more.
Result<void> add_tokens(WorkingState& state, UserId user, std::uint64_t amount);

// Out of a user's balance. Error insufficient_balance.
Result<void> take_tokens(WorkingState& state, UserId user, std::uint64_t amount);

// From the buyer into what is held, or from there to somebody. Errors: overflow; of the first also
// insufficient_balance.
Result<void> hold_tokens(WorkingState& state, UserId buyer, std::uint64_t amount);
Result<void> release_tokens(WorkingState& state, UserId to, std::uint64_t amount);

}  // namespace generion::contract
