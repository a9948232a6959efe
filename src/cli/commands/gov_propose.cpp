#include <fmt/format.h>

#include "base/limits.h"
#include "cli/commands/addresses.h"
#include "cli/commands/gov_commands.h"
#include "cli/commands/listing.h"
#include "cli/commands/parse.h"
#include "cli/commands/sending.h"
#include "types/address.h"

namespace generion::cli {
namespace {

struct AddValidatorArgs {
  std::string key;
  std::string governance_key;
  std::string name;
  SendArgs send;
};

struct KeyArgs {
  std::string key;
  SendArgs send;
};

struct ReplaceArgs {
  std::string old_key;
  std::string new_key;
  SendArgs send;
};

struct AccreditArgs {
  std::string address;
  std::string name;
  std::string kind = "hospital";
  std::string data_source_url;
  SendArgs send;
};

struct MintArgs {
  std::string to;
  std::string amount;
  SendArgs send;
};

struct ParameterArgs {
  std::string name;
  std::uint64_t value = 0;
  SendArgs send;
};

struct TypesArgs {
  std::vector<std::string> types;
  SendArgs send;
};

struct UpgradeArgs {
  std::uint64_t version = 0;
  std::uint64_t epoch = 0;
  SendArgs send;
};

Result<GovernanceAction> make_add_validator(const AddValidatorArgs& args) {
  const auto key = parse_public_key("KEY", args.key);
  if (!key) return fail(key.error());
  const auto governance = parse_public_key("--governance-key", args.governance_key);
  if (!governance) return fail(governance.error());
  return AddValidator{*key, *governance, args.name};
}

Result<GovernanceAction> make_remove_validator(const KeyArgs& args) {
  const auto key = parse_public_key("KEY", args.key);
  if (!key) return fail(key.error());
  return RemoveValidator{*key};
}

// Actions of an old and a new key, of which `Replacement` is made.
template <class Replacement>
Result<GovernanceAction> make_replacement(const ReplaceArgs& args) {
  const auto old_key = parse_public_key("KEY", args.old_key);
  if (!old_key) return fail(old_key.error());
  const auto new_key = parse_public_key("NEW_KEY", args.new_key);
  if (!new_key) return fail(new_key.error());
  return Replacement{*old_key, *new_key};
}

Result<GovernanceAction> make_accreditation(const AccreditArgs& args) {
  const auto address = parse_address(args.address);
  if (!address) return fail(address.error());
  return AccreditInstitution{*address, args.name, args.kind, args.data_source_url};
}

Result<GovernanceAction> make_withdrawal(const KeyArgs& args) {
  const auto address = parse_address(args.key);
  if (!address) return fail(address.error());
  return WithdrawInstitution{*address};
}

Result<GovernanceAction> make_mint(const MintArgs& args) {
  const auto to = parse_address(args.to);
  if (!to) return fail(to.error());
  const auto amount = parse_token_option("AMOUNT", args.amount);
  if (!amount) return fail(amount.error());
  return Mint{*to, *amount};
}

Result<GovernanceAction> make_parameter(const ParameterArgs& args) {
  return SetParameter{args.name, args.value};
}

// The chain takes the list sorted, so that it has one form.
Result<GovernanceAction> make_types(const TypesArgs& args) {
  std::vector<std::string> types = args.types;
  std::ranges::sort(types);
  return SetRecordTypes{std::move(types)};
}

Result<GovernanceAction> make_upgrade(const UpgradeArgs& args) {
  return ScheduleUpgrade{args.version, Epoch(args.epoch)};
}

// How the new proposal stands: a chain of few validators may have decided it at once.
Result<std::string> status_text(client::Rpc& node, std::uint64_t proposal) {
  const auto answer = node.call("getProposal", {{"proposal_id", proposal}});
  if (!answer) return fail(answer.error());
  return answer->is_object() ? member_text(answer->as_object(), "status") : std::string();
}

Result<Report> propose(Context& context, GovernanceAction action, const SendArgs& send) {
  auto sending = begin_sending(context, send);
  if (!sending) return fail(sending.error());
  const std::string name(action_name(action));
  sending->builder.add(Propose{std::move(action)});
  const auto outcome = finish_sending(context, *sending, send);
  if (!outcome) return fail(outcome.error());
  Report out = outcome_report(*outcome, fmt::format("Proposed {}", name));
  if (outcome->new_ids.empty()) return out;
  const auto status = status_text(*sending->node, outcome->new_ids.front());
  if (!status) return fail(status.error());
  out.json.as_object()["status"] = *status;
  out.text += fmt::format("\nproposal {} is {}", outcome->new_ids.front(), *status);
  return out;
}

// Like add_command, for what makes an action of its arguments.
template <class Args>
Command<Args> add_action(CLI::App& parent, const std::string& name, const std::string& help,
                         Action& selected, Result<GovernanceAction> (*make)(const Args&)) {
  auto args = std::make_shared<Args>();
  CLI::App* app = parent.add_subcommand(name, help);
  app->callback([args, make, &selected] {
    selected = [args, make](Context& context) -> Result<Report> {
      auto action = make(*args);
      if (!action) return fail(action.error());
      return propose(context, std::move(*action), args->send);
    };
  });
  add_send_options(*app, args->send);
  return {app, args.get()};
}

template <class Replacement>
void add_replacement(CLI::App& parent, const std::string& name, const std::string& help,
                     const std::string& old_help, const std::string& new_help, Action& selected) {
  auto [app, args] =
      add_action<ReplaceArgs>(parent, name, help, selected, make_replacement<Replacement>);
  app->add_option("KEY", args->old_key, old_help)->required();
  app->add_option("NEW_KEY", args->new_key, new_help)->required();
}

void add_validator_actions(CLI::App& group, Action& selected) {
  const std::string key_help = "The validator's key, 64 hexadecimal digits or gen1...";
  auto added = add_action<AddValidatorArgs>(group, "add-validator", "A further validator", selected,
                                            make_add_validator);
  added.app->add_option("KEY", added.args->key, key_help)->required();
  added.app->add_option("--governance-key", added.args->governance_key, "By which it votes")
      ->required();
  added.app->add_option("--name", added.args->name, "Such as its hospital's")->required();
  auto removed = add_action<KeyArgs>(group, "remove-validator", "One validator less", selected,
                                     make_remove_validator);
  removed.app->add_option("KEY", removed.args->key, key_help)->required();
  add_replacement<ReplaceValidatorKey>(group, "replace-validator-key",
                                       "Another key of the same validator", key_help, "Its new key",
                                       selected);
  add_replacement<ReplaceGovernanceKey>(group, "replace-governance-key",
                                        "Another key by which a validator votes", key_help,
                                        "Its new governance key", selected);
}

void add_institution_actions(CLI::App& group, Action& selected) {
  const std::string address_help = "The institution's address, gen1...";
  auto accredited = add_action<AccreditArgs>(
      group, "accredit-institution", "A new institution, or one that was suspended or withdrawn",
      selected, make_accreditation);
  accredited.app->add_option("ADDRESS", accredited.args->address, address_help)->required();
  accredited.app->add_option("--name", accredited.args->name, "As people call it")->required();
  accredited.app->add_option("--kind", accredited.args->kind, "What it is")->capture_default_str();
  accredited.app->add_option("--data-source", accredited.args->data_source_url,
                             "Where its documents are, https://...");
  auto withdrawn = add_action<KeyArgs>(
      group, "withdraw-institution", "An institution may write no more", selected, make_withdrawal);
  withdrawn.app->add_option("ADDRESS", withdrawn.args->key, address_help)->required();
  add_replacement<ReplaceInstitutionKey>(group, "replace-institution-key",
                                         "Another key of the same institution", address_help,
                                         "Its new address", selected);
}

void add_chain_actions(CLI::App& group, Action& selected) {
  auto minted = add_action<MintArgs>(group, "mint", "New tokens for a user", selected, make_mint);
  minted.app->add_option("TO", minted.args->to, "Who gets them, gen1...")->required();
  minted.app->add_option("AMOUNT", minted.args->amount, "In tokens, such as 12 or 0.5")->required();
  auto parameter = add_action<ParameterArgs>(
      group, "set-parameter", "Another value of a parameter (`generion gov parameters`)", selected,
      make_parameter);
  parameter.app->add_option("NAME", parameter.args->name, "Such as delivery_window_ms")->required();
  parameter.app->add_option("VALUE", parameter.args->value, "A whole number")->required();
  auto types = add_action<TypesArgs>(group, "set-record-types",
                                     "The whole list of document classes", selected, make_types);
  types.app->add_option("TYPE", types.args->types, "Such as Observation")->required();
  auto upgrade = add_action<UpgradeArgs>(group, "schedule-upgrade",
                                         "A version without which nodes stop before an epoch",
                                         selected, make_upgrade);
  upgrade.app->add_option("VERSION", upgrade.args->version, "Of the protocol")->required();
  upgrade.app->add_option("EPOCH", upgrade.args->epoch, "From which it is needed")->required();
}

}  // namespace

void add_gov_propose(CLI::App& gov, Action& selected) {
  CLI::App& group = add_group(gov, "propose", "What validators decide together");
  add_validator_actions(group, selected);
  add_institution_actions(group, selected);
  add_chain_actions(group, selected);
}

}  // namespace generion::cli
