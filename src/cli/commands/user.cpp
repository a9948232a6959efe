#include <fmt/format.h>

#include "base/hex.h"
#include "cli/commands/addresses.h"
#include "cli/commands/command.h"
#include "cli/commands/listing.h"
#include "cli/commands/sending.h"
#include "cli/commands/user_commands.h"
#include "crypto/capsule.h"
#include "types/address.h"

namespace generion::cli {
namespace {

struct ShowArgs {
  std::string address;
};

struct SetKeyArgs {
  SendArgs send;
};

Result<Report> show_user(Context& context, const ShowArgs& args) {
  const auto address = address_or_own(context, args.address);
  if (!address) return fail(address.error());
  return object_report(context, "getUser", {{"address", address_text(*address)}});
}

Result<Report> list_users(Context& context, const PageArgs& args) {
  return list_report(context, "getUserList", {}, args, {{"ADDRESS", "address"}},
                     "No user has a record yet.");
}

Result<Report> set_key(Context& context, const SetKeyArgs& args) {
  auto sending = begin_sending(context, args.send);
  if (!sending) return fail(sending.error());
  const auto reader = crypto::ReaderSecret::from_seed(sending->key.seed());
  sending->builder.set_user_pub_key(reader.public_key());
  const auto outcome = finish_sending(context, *sending, args.send);
  if (!outcome) return fail(outcome.error());
  return outcome_report(*outcome,
                        fmt::format("Published the reader key {}", to_hex(reader.public_key())));
}

}  // namespace

void add_user(CLI::App& root, Action& selected) {
  CLI::App& group = add_group(root, "user", "Users of the chain");
  auto shown = add_command<ShowArgs>(group, "show", "One user", selected, show_user);
  shown.app->add_option("ADDRESS", shown.args->address, "gen1...; without it, yourself");
  auto listed =
      add_command<PageArgs>(group, "list", "Users who have a record", selected, list_users);
  add_page_options(*listed.app, *listed.args);
  auto set = add_command<SetKeyArgs>(
      group, "set-key", "Publish your reader key, so that others can lock records to you", selected,
      set_key);
  add_send_options(*set.app, set.args->send);
  add_user_move(group, selected);
  add_user_relock(group, selected);
}

}  // namespace generion::cli
