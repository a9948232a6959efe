#include <fmt/format.h>

#include "cli/commands/addresses.h"
#include "cli/commands/listing.h"
#include "cli/commands/parse.h"
#include "cli/commands/sending.h"
#include "cli/terminal/table.h"
#include "types/address.h"
#include "types/amount.h"

namespace generion::cli {
namespace {

struct BalanceArgs {
  std::string address;
};

struct TransferArgs {
  std::string to;
  std::string amount;
  SendArgs send;
};

struct HistoryArgs {
  std::string address;
  PageArgs page;
};

Result<Report> show_balance(Context& context, const BalanceArgs& args) {
  const auto address = address_or_own(context, args.address);
  if (!address) return fail(address.error());
  Result<Report> out = object_report(context, "getBalance", {{"usr_adr", address_text(*address)}});
  if (out && out->json.is_object()) {
    out->text = member_text(out->json.as_object(), "balance") + " tokens";
  }
  return out;
}

Result<Report> transfer(Context& context, const TransferArgs& args) {
  const auto to = parse_address(args.to);
  if (!to) return fail(to.error());
  const auto amount = parse_token_option("AMOUNT", args.amount);
  if (!amount) return fail(amount.error());
  if (*amount == 0) return fail(Code::usage, "AMOUNT is 0; there is nothing to transfer");
  return send_operations(
      context, args.send, {Transfer{*to, *amount}},
      fmt::format("Sent {} tokens to {}", token_text(*amount), address_text(*to)));
}

Result<Report> show_history(Context& context, const HistoryArgs& args) {
  const auto address = address_or_own(context, args.address);
  if (!address) return fail(address.error());
  return list_report(context, "getTransactionList", {{"address", address_text(*address)}},
                     args.page,
                     {{"HEIGHT", "height", Align::right},
                      {"TIME", "time_ms"},
                      {"CHANGE", "change"},
                      {"TOKENS", "amount", Align::right},
                      {"ABOUT", "about", Align::right},
                      {"OTHER", "other"}},
                     "Nothing was sent, received or paid.");
}

}  // namespace

void add_token(CLI::App& root, Action& selected) {
  CLI::App& group = add_group(root, "token", "Tokens, by which records are paid");
  const std::string address_help = "gen1...; without it, yourself";
  auto balance =
      add_command<BalanceArgs>(group, "balance", "What a user has", selected, show_balance);
  balance.app->add_option("ADDRESS", balance.args->address, address_help);
  auto sent = add_command<TransferArgs>(group, "transfer", "Send tokens to another user", selected,
                                        transfer);
  sent.app->add_option("TO", sent.args->to, "Who gets them, gen1...")->required();
  sent.app->add_option("AMOUNT", sent.args->amount, "In tokens, such as 12 or 0.5")->required();
  add_send_options(*sent.app, sent.args->send);
  auto history = add_command<HistoryArgs>(
      group, "history", "What a user sent, received, paid and was paid", selected, show_history);
  history.app->add_option("ADDRESS", history.args->address, address_help);
  add_page_options(*history.app, history.args->page);
}

}  // namespace generion::cli
