// A user's way to another key: a recovery key set up beforehand, the move, its cancelling.
#include <fmt/format.h>

#include "cli/commands/addresses.h"
#include "cli/commands/give_out.h"
#include "cli/commands/listing.h"
#include "cli/commands/parse.h"
#include "cli/commands/sending.h"
#include "cli/commands/user_commands.h"
#include "client/move_consent.h"
#include "types/address.h"

namespace generion::cli {
namespace {

struct RecoveryArgs {
  std::string key;
  std::string delay = "72h";
  SendArgs send;
};

struct AcceptArgs {
  std::string user;
  std::filesystem::path out;
  std::filesystem::path key_file;
};

struct MoveArgs {
  std::filesystem::path consent;
  std::filesystem::path to_keys;
  bool recovery = false;
  SendArgs send;
};

struct CancelArgs {
  SendArgs send;
};

Result<Report> set_recovery(Context& context, const RecoveryArgs& args) {
  const auto key = parse_public_key("KEY", args.key);
  if (!key) return fail(key.error());
  const auto delay = parse_duration_ms(args.delay);
  if (!delay) return fail(delay.error());
  return send_operations(
      context, args.send, {SetRecoveryKey{*key, *delay}},
      fmt::format("{} can move you to another key, {} after it asks to, unless you cancel",
                  address_text(*key), args.delay));
}

Result<Report> accept_move(Context& context, const AcceptArgs& args) {
  const auto user = parse_address(args.user);
  if (!user) return fail(user.error());
  const auto chain = context.chain();
  if (!chain) return fail(chain.error());
  const auto key = context.signing_key(args.key_file);
  if (!key) return fail(key.error());
  const MoveUser move = client::agreed_move(*chain, *user, *key);
  return give_out(args.out, client::format_move_consent(*chain, move), "the new key's consent");
}

// The user as he is now, agreed to by a key of another key directory.
Result<MoveUser> move_to_keys(Context& context, const std::filesystem::path& directory,
                              const Sending& sending) {
  const auto store = context.unlocked_key_store(directory);
  if (!store) return fail(store.error());
  const auto current = store->current(sending.chain);
  if (!current) return fail(current.error());
  const auto key = store->signing_key(sending.chain, current->index);
  if (!key) return fail(key.error());
  return client::agreed_move(sending.chain, sending.key.public_key(), *key);
}

Result<Sending> begin_move(Context& context, const MoveArgs& args) {
  if (!args.recovery) return begin_sending(context, args.send);
  const auto key = recovery_key(context);
  if (!key) return fail(key.error());
  return begin_sending(context, key->clone());
}

// When a move that the recovery key asked for takes place.
Result<std::string> due_text(client::Rpc& node, const Address& user) {
  const auto answer = node.call("getUser", {{"address", address_text(user)}});
  if (!answer) return fail(answer.error());
  return answer->is_object() ? member_text(answer->as_object(), "moves_at_ms") : std::string();
}

Result<Report> move_user(Context& context, const MoveArgs& args) {
  if (args.consent.empty() == args.to_keys.empty()) {
    return fail(Code::usage,
                "CONSENT or --to-keys: give one of the two; `generion user accept-move` makes the "
                "consent");
  }
  auto sending = begin_move(context, args);
  if (!sending) return fail(sending.error());
  const auto move = args.consent.empty() ? move_to_keys(context, args.to_keys, *sending)
                                         : client::load_move_consent(args.consent, sending->chain);
  if (!move) return fail(move.error());
  const bool at_once = sending->key.public_key() == move->usr_adr;
  if (at_once) {
    if (auto sure = context.confirm(
            fmt::format("{} will be {} from now on, with all records, shares, orders and tokens; "
                        "the old key has no say any more.",
                        address_text(move->usr_adr), address_text(move->new_key)));
        !sure) {
      return fail(sure.error());
    }
  }
  sending->builder.add(*move);
  const auto outcome = finish_sending(context, *sending, args.send);
  if (!outcome) return fail(outcome.error());
  if (at_once) {
    return outcome_report(*outcome, fmt::format("Moved to {}", address_text(move->new_key)));
  }
  const auto due = due_text(*sending->node, move->usr_adr);
  if (!due) return fail(due.error());
  return outcome_report(
      *outcome, fmt::format("Asked to move {} to {}; it takes place at {} UTC unless the "
                            "old key cancels",
                            address_text(move->usr_adr), address_text(move->new_key), *due));
}

Result<Report> cancel_move(Context& context, const CancelArgs& args) {
  return send_operations(context, args.send, {CancelMove{}},
                         "Cancelled the move; name another recovery key if you did not ask for it "
                         "(generion user set-recovery)");
}

}  // namespace

void add_user_move(CLI::App& users, Action& selected) {
  auto recovery = add_command<RecoveryArgs>(
      users, "set-recovery", "Name a key that can move you to a new one if yours is lost", selected,
      set_recovery);
  recovery.app
      ->add_option("KEY", recovery.args->key,
                   "As `generion keys recovery` shows it, best of another phrase than yours")
      ->required();
  recovery.app
      ->add_option("--delay", recovery.args->delay,
                   "How long you can cancel its moves: 24h to 365d")
      ->capture_default_str();
  add_send_options(*recovery.app, recovery.args->send);
  auto accept = add_command<AcceptArgs>(
      users, "accept-move", "With the new key: agree to take a user over", selected, accept_move);
  accept.app->add_option("USER", accept.args->user, "Who is to move, gen1...")->required();
  accept.app->add_option("--out", accept.args->out, "File to write; without it, standard output");
  accept.app->add_option("--key", accept.args->key_file,
                         "Key file of the new key, instead of the key directory's selected key");
  auto move = add_command<MoveArgs>(users, "move",
                                    "Move yourself, or whom your recovery key is for, to a new key",
                                    selected, move_user);
  auto* consent = move.app->add_option("CONSENT", move.args->consent,
                                       "Made with the new key: `generion user accept-move`");
  move.app
      ->add_option("--to-keys", move.args->to_keys,
                   "Key directory of the new key, in place of its consent")
      ->excludes(consent);
  auto* by_recovery = move.app
                          ->add_flag("--recovery", move.args->recovery,
                                     "Sign with the recovery key of --keys; takes place after "
                                     "the delay")
                          ->needs(consent);
  add_send_options(*move.app, move.args->send);
  move.app->get_option("--key")->excludes(by_recovery);
  auto cancelled = add_command<CancelArgs>(users, "cancel-move",
                                           "Stop a move that the recovery key has asked for",
                                           selected, cancel_move);
  add_send_options(*cancelled.app, cancelled.args->send);
}

}  // namespace generion::cli
