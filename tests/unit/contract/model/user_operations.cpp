// Sequences' operations about users: their keys, admission, tokens, and moves.
#include "operations.h"

namespace generion::contract::model {
namespace {

void draw_set_user_pub_key(Drawing& drawing, Step& step) {
  step.add("key", drawing.any('k', 100));
}

Operation make_set_user_pub_key(const Scene& /*scene*/, const Step& step) {
  return SetUserPubKey{reader_key_in(step, "key")};
}

void draw_admit_user(Drawing& drawing, Step& step) {
  for (std::uint64_t n = 1 + drawing.source.below(2); n > 0; --n) {
    const Value user = drawing.source.one_in(4) ? drawing.anybody() : drawing.any('p', 8);
    if (step.all("user") != std::vector{user}) step.add("user", user);
  }
}

Operation make_admit_user(const Scene& /*scene*/, const Step& step) {
  AdmitUser op;
  for (const Value user : step.all("user")) op.usr_adr.push_back(key_of(user));
  return op;
}

void draw_transfer(Drawing& drawing, Step& step) {
  step.add("to", drawing.a_user()).add("amount", drawing.an_amount());
}

Operation make_transfer(const Scene& /*scene*/, const Step& step) {
  return Transfer{key_in(step, "to"), step.number("amount", 1)};
}

void draw_set_recovery_key(Drawing& drawing, Step& step) {
  constexpr std::uint64_t kDelays[] = {86'400'000, 86'400'001, 259'200'000};
  const auto me = drawing.user();
  const auto recovery = me ? drawing.world().user(*me).recovery : std::nullopt;
  const bool same = recovery && drawing.source.one_in(3);
  step.add("key", same ? name_of(recovery->key) : drawing.a_spare_key());
  step.add("delay", drawing.number(drawing.source.pick(kDelays)));
}

Operation make_set_recovery_key(const Scene& /*scene*/, const Step& step) {
  return SetRecoveryKey{key_in(step, "key"), step.number("delay", 86'400'000)};
}

void draw_move_user(Drawing& drawing, Step& step) {
  const Identity who = drawing.who();
  const auto* recovery = std::get_if<RecoveryOf>(&who);
  Value user = recovery != nullptr ? name_of(drawing.world().user(recovery->user).address)
                                   : drawing.myself();
  if (drawing.source.one_in(10)) user = drawing.a_user();
  step.add("user", user).add("to", drawing.a_spare_key());
}

Operation make_move_user(const Scene& /*scene*/, const Step& step) {
  return MoveUser{key_in(step, "user"), key_in(step, "to"), Signature()};
}

void draw_cancel_move(Drawing& /*drawing*/, Step& /*step*/) {}

Operation make_cancel_move(const Scene& /*scene*/, const Step& /*step*/) {
  return CancelMove{};
}

constexpr OperationKind kOperations[] = {
    {"setUserPubKey", "u", 2, draw_set_user_pub_key, make_set_user_pub_key},
    {"admitUser", "i", 4, draw_admit_user, make_admit_user},
    {"transfer", "u", 4, draw_transfer, make_transfer},
    {"setRecoveryKey", "u", 2, draw_set_recovery_key, make_set_recovery_key},
    {"moveUser", "ur", 1, draw_move_user, make_move_user},
    {"cancelMove", "u", 1, draw_cancel_move, make_cancel_move},
};

}  // namespace

std::span<const OperationKind> user_operations() {
  return kOperations;
}

}  // namespace generion::contract::model
