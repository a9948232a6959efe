#include <fmt/format.h>

#include "cli/commands/gov_commands.h"
#include "cli/commands/listing.h"
#include "cli/commands/sending.h"
#include "cli/terminal/table.h"
#include "types/address.h"

namespace generion::cli {
namespace {

struct VoteArgs {
  std::uint64_t proposal = 0;
  std::string vote;
  SendArgs send;
};

struct IdArgs {
  std::uint64_t proposal = 0;
};

struct SuspendArgs {
  std::string address;
  SendArgs send;
};

struct NoArgs {};

Result<Report> vote(Context& context, const VoteArgs& args) {
  return send_operations(context, args.send, {Vote{ProposalId(args.proposal), args.vote == "yes"}},
                         fmt::format("Voted {} on proposal {}", args.vote, args.proposal));
}

Result<Report> list_proposals(Context& context, const PageArgs& args) {
  return list_report(context, "getProposalList", {}, args,
                     {{"ID", "proposal_id", Align::right},
                      {"STATUS", "status"},
                      {"YES", "yes"},
                      {"NO", "no"},
                      {"EXPIRES", "expires_at_ms"},
                      {"IN FORCE", "in_force_at_ms"},
                      {"ACTION", "action"}},
                     "Nothing was proposed.");
}

Result<Report> show_proposal(Context& context, const IdArgs& args) {
  return object_report(context, "getProposal", {{"proposal_id", args.proposal}});
}

Result<Report> show_validators(Context& context, const NoArgs&) {
  Result<Report> out = object_report(context, "getValidatorSet", {});
  if (!out || !out->json.is_object()) return out;
  const boost::json::object& answer = out->json.as_object();
  const auto* members = answer.if_contains("validators");
  if (members == nullptr || !members->is_array()) return out;
  Table table({{"ID", Align::right}, {"NAME"}, {"KEY"}, {"GOVERNANCE KEY"}});
  for (const auto& value : members->as_array()) {
    if (!value.is_object()) return out;
    const boost::json::object& member = value.as_object();
    table.add({member_text(member, "validator_id"), member_text(member, "name"),
               member_text(member, "key"), member_text(member, "governance_key")});
  }
  out->text = fmt::format("{}\nQuorum: {}\n", table.text(), member_text(answer, "quorum"));
  return out;
}

Result<Report> show_parameters(Context& context, const NoArgs&) {
  return object_report(context, "getParameters", {});
}

Result<Report> suspend(Context& context, const SuspendArgs& args) {
  const auto address = parse_address(args.address);
  if (!address) return fail(address.error());
  return send_operations(context, args.send, {SuspendInstitution{*address}},
                         fmt::format("Voted to suspend {}; `generion institution list` shows "
                                     "whether enough have",
                                     args.address));
}

}  // namespace

void add_gov(CLI::App& root, Action& selected) {
  CLI::App& group = add_group(root, "gov", "What validators decide, by their governance keys");
  add_gov_propose(group, selected);
  add_gov_epochs(group, selected);
  const std::string id_help = "The proposal's id";
  auto voted =
      add_command<VoteArgs>(group, "vote", "Vote on a proposal; votes are final", selected, vote);
  voted.app->add_option("ID", voted.args->proposal, id_help)->required();
  voted.app->add_option("VOTE", voted.args->vote, "yes or no")
      ->check(CLI::IsMember({"yes", "no"}))
      ->required();
  add_send_options(*voted.app, voted.args->send);
  auto listed = add_command<PageArgs>(group, "list", "All proposals and how they stand", selected,
                                      list_proposals);
  add_page_options(*listed.app, *listed.args);
  auto shown = add_command<IdArgs>(group, "show", "One proposal", selected, show_proposal);
  shown.app->add_option("ID", shown.args->proposal, id_help)->required();
  add_command<NoArgs>(group, "validators", "The validators in force", selected, show_validators);
  add_command<NoArgs>(group, "parameters", "The chain's parameters", selected, show_parameters);
  auto suspended = add_command<SuspendArgs>(
      group, "suspend", "Vote to suspend an institution; in force at once when enough have",
      selected, suspend);
  suspended.app->add_option("ADDRESS", suspended.args->address, "The institution's, gen1...")
      ->required();
  add_send_options(*suspended.app, suspended.args->send);
}

}  // namespace generion::cli
