// setRecoveryKey, moveUser, cancelMove: a user's way to another key, with all that is his.
//
// Everything refers to users by number, so a move changes the user's address and two rows of
// identities. The old address is nobody's then, as if it had never been admitted.
#include <fmt/core.h>

#include "base/assert.h"
#include "contract/due_handlers.h"
#include "contract/operations/call.h"
#include "types/address.h"

namespace generion::contract {
namespace {

bool is_free(WorkingState& state, const PublicKey& key) {
  return std::holds_alternative<std::monostate>(state.identify(key));
}

std::unexpected<Error> taken(const PublicKey& key) {
  return fail(Code::address_taken,
              fmt::format("{} is somebody's key on this chain already: a user's, an institution's, "
                          "a recovery or a governance key; take a new one",
                          address_text(key)));
}

void drop_pending(WorkingState& state, UserId id) {
  User& user = state.change_user(id);
  if (!user.pending_move) return;
  state.remove_due({user.pending_move->due, DueKind::user_move, id.value()});
  user.pending_move.reset();
}

// To a key that is free.
void move_to(WorkingState& state, UserId id, const Address& key) {
  drop_pending(state, id);
  User& user = state.change_user(id);
  state.set_identity(user.address, std::monostate());
  state.set_identity(key, id);
  user.address = key;
}

// By the recovery key.
Result<void> ask_for_move(Call& call, UserId id, const MoveUser& op) {
  const User& user = call.state.user(id);
  if (op.usr_adr != user.address) {
    return fail(Code::wrong_key,
                fmt::format("the sender is the recovery key of another user than {}; it can move "
                            "its own user only, under the address that it has now",
                            address_text(op.usr_adr)));
  }
  if (user.pending_move) {
    return fail(Code::move_pending,
                fmt::format("a move of this user is under way already, due at {} ms; wait for it, "
                            "or have the user cancel it (cancelMove)",
                            user.pending_move->due.value()));
  }
  if (!is_free(call.state, op.new_key)) return taken(op.new_key);
  GENERION_ASSERT(user.recovery.has_value());
  const std::uint64_t delay = user.recovery->delay_ms;
  if (delay > UINT64_MAX - call.block.time.value()) {
    return fail(Code::overflow,
                "the move would fall due after the end of time; take a recovery "
                "key with a shorter delay (setRecoveryKey)");
  }
  const User::Move move{op.new_key, call.block.time.plus(delay)};
  call.state.change_user(id).pending_move = move;
  call.state.add_due({move.due, DueKind::user_move, id.value()});
  return {};
}

}  // namespace

Result<void> apply_operation(Call& call, const SetRecoveryKey& op) {
  const auto id = user_sender(call);
  if (!id) return fail(id.error());
  User& user = call.state.change_user(*id);
  // Setting the same key again changes its delay.
  if (!user.recovery || user.recovery->key != op.key) {
    if (!is_free(call.state, op.key)) return taken(op.key);
    if (user.recovery) call.state.set_identity(user.recovery->key, std::monostate());
    call.state.set_identity(op.key, RecoveryOf{*id});
  }
  user.recovery = User::Recovery{op.key, op.delay_ms};
  return {};
}

Result<void> apply_operation(Call& call, const MoveUser& op) {
  if (const auto* recovery = std::get_if<RecoveryOf>(&call.sender)) {
    return ask_for_move(call, recovery->user, op);
  }
  const auto id = user_sender(call);
  if (!id) return fail(id.error());
  // The second part: an operation before this one may have moved him.
  if (op.usr_adr != call.sender_address() || op.usr_adr != call.state.user(*id).address) {
    return fail(Code::wrong_key,
                fmt::format("the sender is not the key of {}; a user is moved by the key that he "
                            "has, or by his recovery key",
                            address_text(op.usr_adr)));
  }
  if (!is_free(call.state, op.new_key)) return taken(op.new_key);
  move_to(call.state, *id, op.new_key);
  note_account(call, *id, AccountChange::moved, 0, std::nullopt);
  return {};
}

Result<void> apply_operation(Call& call, const CancelMove& /*op*/) {
  const auto id = user_sender(call);
  if (!id) return fail(id.error());
  if (!call.state.user(*id).pending_move) {
    return fail(Code::no_move_pending,
                "no move of the sender is under way; it may have taken place or been cancelled");
  }
  drop_pending(call.state, *id);
  return {};
}

Result<void> carry_out_move(DueCall& call, UserId id) {
  const auto& pending = call.state.user(id).pending_move;
  GENERION_ASSERT(pending.has_value());
  const Address key = pending->new_key;
  if (!is_free(call.state, key)) {
    drop_pending(call.state, id);
    return taken(key);
  }
  move_to(call.state, id, key);
  note_account(call, id, AccountChange::moved, 0, std::nullopt);
  return {};
}

}  // namespace generion::contract
