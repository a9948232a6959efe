// Commands about epochs: when what was decided takes force.
#include <fmt/format.h>

#include "cli/commands/gov_commands.h"
#include "cli/commands/listing.h"
#include "cli/commands/sending.h"
#include "client/json_view.h"

namespace generion::cli {
namespace {

struct EpochArgs {
  std::optional<std::uint64_t> epoch;
};

struct EndArgs {
  SendArgs send;
};

struct ReadyArgs {
  std::uint64_t proposal = 0;
  SendArgs send;
};

Result<Report> show_epoch(Context& context, const EpochArgs& args) {
  boost::json::object params;
  if (args.epoch) params["epoch"] = *args.epoch;
  return object_report(context, "getEpoch", std::move(params));
}

Result<Report> end_epoch(Context& context, const EndArgs& args) {
  auto report = send_operations(context, args.send, {EndEpoch{}}, "The epoch ends");
  if (!report) return report;
  const auto epoch = object_report(context, "getEpoch", {});
  if (!epoch) return fail(epoch.error());
  if (epoch->json.is_object() && epoch->json.as_object().contains("last_height")) {
    const auto& last = epoch->json.as_object().at("last_height");
    report->json.as_object()["last_height"] = last;
    report->text += fmt::format("\nwith block {}", boost::json::serialize(last));
  }
  return report;
}

// Number and hash of the last block before the epoch: that the joiner's node has executed it shows
// that it has caught up.
struct EpochBase {
  Height height;
  Hash hash;
};

Result<EpochBase> epoch_base(client::Rpc& node) {
  const auto epoch = node.call("getEpoch", {});
  if (!epoch) return fail(epoch.error());
  client::JsonView in_epoch(*epoch, "epoch");
  const std::uint64_t first = in_epoch.required_number("first_height");
  if (auto ok = in_epoch.finish(); !ok) return fail(ok.error());
  // Before the first block stands the genesis block, which only that block names.
  const bool is_genesis = first == 1;
  const auto block = node.call("getBlock", {{"height", is_genesis ? first : first - 1}});
  if (!block) return fail(block.error());
  const auto* header = block->is_object() ? block->as_object().if_contains("header") : nullptr;
  client::JsonView in_block(is_genesis && header != nullptr ? *header : *block, "block");
  const std::string_view name = is_genesis ? "parent_hash" : "block_hash";
  const Hash hash = in_block.required(name, in_block.hex<Hash>(name));
  if (auto ok = in_block.finish(); !ok) return fail(ok.error());
  return EpochBase{Height(first - 1), hash};
}

Result<Report> report_ready(Context& context, const ReadyArgs& args) {
  auto sending = begin_sending(context, args.send);
  if (!sending) return fail(sending.error());
  const auto base = epoch_base(*sending->node);
  if (!base) return fail(base.error());
  sending->builder.add(ReportReady{ProposalId(args.proposal), base->height, base->hash});
  const auto outcome = finish_sending(context, *sending, args.send);
  if (!outcome) return fail(outcome.error());
  return outcome_report(
      *outcome, fmt::format("Reported that the validator of proposal {} is ready", args.proposal));
}

}  // namespace

void add_gov_epochs(CLI::App& gov, Action& selected) {
  auto shown = add_command<EpochArgs>(gov, "epoch", "An epoch: its blocks, members and what waits",
                                      selected, show_epoch);
  shown.app->add_option("NUMBER", shown.args->epoch, "Its number; the newest if left out");
  auto ended = add_command<EndArgs>(
      gov, "end-epoch", "End the epoch, so that what was decided takes force", selected, end_epoch);
  add_send_options(*ended.app, ended.args->send);
  auto ready = add_command<ReadyArgs>(
      gov, "ready", "Report, with the new node's key, that a new validator has caught up", selected,
      report_ready);
  ready.app->add_option("ID", ready.args->proposal, "The proposal that adds it")->required();
  add_send_options(*ready.app, ready.args->send);
}

}  // namespace generion::cli
