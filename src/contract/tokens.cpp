#include "contract/tokens.h"

#include <fmt/core.h>

#include <limits>

#include "base/assert.h"

namespace generion::contract {
namespace {

constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();

}  // namespace

Result<void> add_tokens(WorkingState& state, UserId user, std::uint64_t amount) {
  const std::uint64_t balance = state.user(user).balance;
  if (amount > kMost - balance) {
    return fail(Code::overflow, fmt::format("the receiver has {} and can hold at most {} more, "
                                            "not {}",
                                            balance, kMost - balance, amount));
  }
  state.change_user(user).balance = balance + amount;
  return {};
}

Result<void> take_tokens(WorkingState& state, UserId user, std::uint64_t amount) {
  const std::uint64_t balance = state.user(user).balance;
  if (amount > balance) {
    return fail(Code::insufficient_balance,
                fmt::format("the sender has {} and needs {}; what a purchase holds is not in the "
                            "balance",
                            balance, amount));
  }
  state.change_user(user).balance = balance - amount;
  return {};
}

Result<void> hold_tokens(WorkingState& state, UserId buyer, std::uint64_t amount) {
  const std::uint64_t held = state.counters().escrowed;
  if (amount > kMost - held) {
    return fail(Code::overflow, fmt::format("the chain holds {} for purchases and can hold at most "
                                            "{} more, not {}",
                                            held, kMost - held, amount));
  }
  if (auto ok = take_tokens(state, buyer, amount); !ok) return ok;
  state.change_counters().escrowed = held + amount;
  return {};
}

Result<void> release_tokens(WorkingState& state, UserId to, std::uint64_t amount) {
  GENERION_ASSERT(state.counters().escrowed >= amount);  // it was held
  if (auto ok = add_tokens(state, to, amount); !ok) return ok;
  state.change_counters().escrowed -= amount;
  return {};
}

}  // namespace generion::contract
