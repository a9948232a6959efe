#include <fmt/format.h>

#include "cli/commands/addresses.h"
#include "cli/commands/document_output.h"
#include "cli/commands/handing_over.h"
#include "cli/commands/listing.h"
#include "cli/commands/parse.h"
#include "client/market_api.h"
#include "types/address.h"

namespace generion::cli {
namespace {

struct CreateArgs {
  std::vector<std::uint64_t> records;
  std::string grantee;
  std::string expires;
  SendArgs send;
};

struct ListArgs {
  std::uint64_t record = 0;
  std::string owner;
  std::string to;
  bool received = false;
  PageArgs page;
};

struct ShowArgs {
  std::uint64_t share = 0;
};

struct RevokeArgs {
  std::vector<std::uint64_t> shares;
  SendArgs send;
};

struct ReadArgs {
  std::uint64_t share = 0;
  ReadingArgs reading;
};

Result<Report> create_shares(Context& context, const CreateArgs& args) {
  const auto grantee = parse_address(args.grantee);
  if (!grantee) return fail(grantee.error());
  std::optional<TimeMs> expires_at;
  if (!args.expires.empty()) {
    const auto time = parse_time_to_come(args.expires, context.now());
    if (!time) return fail(time.error());
    expires_at = *time;
  }
  auto sending = begin_sending(context, args.send);
  if (!sending) return fail(sending.error());
  const auto reader = published_reader_key(*sending->node, *grantee);
  if (!reader) return fail(reader.error());
  for (const std::uint64_t id : args.records) {
    const auto relocking = relock_own_record(context, *sending, args.send, RecordId(id),
                                             crypto::share_context(*grantee), *reader);
    if (!relocking) return fail(relocking.error());
    if (auto ok =
            sending->builder.share_record(RecordId(id), *grantee, *reader, *relocking, expires_at);
        !ok) {
      return fail(ok.error());
    }
  }
  const auto outcome = finish_sending(context, *sending, args.send);
  if (!outcome) return fail(outcome.error());
  const std::string until =
      expires_at ? fmt::format(" until {} UTC", time_text(*expires_at)) : std::string();
  Report out = outcome_report(
      *outcome, fmt::format("Shared record {} with {}{}", fmt::join(args.records, ", "),
                            address_text(*grantee), until));
  if (expires_at) out.json.as_object()["expires_at_ms"] = expires_at->value();
  return out;
}

const std::vector<ListColumn>& share_columns() {
  static const std::vector<ListColumn> kColumns{
      {"ID", "share_id", Align::right}, {"RECORD", "record_id", Align::right}, {"STATUS", "status"},
      {"SINCE", "created_at_ms"},       {"EXPIRES", "expires_at_ms"},          {"OWNER", "usr_adr"},
      {"SHARED WITH", "grantee"}};
  return kColumns;
}

Result<Report> list_shares(Context& context, const ListArgs& args) {
  if (args.record != 0) {
    return list_report(context, "getShareList", {{"record_id", args.record}}, args.page,
                       share_columns(), "The record is shared with nobody.");
  }
  const bool received = args.received || !args.to.empty();
  const auto address = address_or_own(context, received ? args.to : args.owner);
  if (!address) return fail(address.error());
  return list_report(
      context, received ? "getSharedRecordList" : "getShareList",
      {{"usr_adr", address_text(*address)}}, args.page, share_columns(),
      received ? "Nothing was shared with this user." : "This user has shared nothing.");
}

Result<Report> show_share(Context& context, const ShowArgs& args) {
  return object_report(context, "getShare", {{"share_id", args.share}});
}

Result<Report> revoke_shares(Context& context, const RevokeArgs& args) {
  std::vector<Operation> operations;
  for (const std::uint64_t id : args.shares) operations.emplace_back(RevokeShare{ShareId(id)});
  return send_operations(context, args.send, std::move(operations),
                         fmt::format("Revoked share {}", fmt::join(args.shares, ", ")));
}

Result<Report> read_share(Context& context, const ReadArgs& args) {
  if (auto ok = check_reading(context, args.reading); !ok) return fail(ok.error());
  const auto node = context.node();
  if (!node) return fail(node.error());
  const auto share = client::get_share(**node, ShareId(args.share));
  if (!share) return fail(share.error());
  if (!share->living) {
    return fail(Code::share_closed,
                fmt::format("share {} is over ({}): ask the owner {} for a new one", args.share,
                            share->status == "living" ? "record deleted" : share->status,
                            address_text(share->owner)));
  }
  const auto opened = open_handed_over(context, share->record_id, share->lock, share->pub_key);
  if (!opened) return fail(opened.error());
  return read_out(context, *opened, args.reading);
}

}  // namespace

void add_share(CLI::App& root, Action& selected) {
  CLI::App& group = add_group(root, "share", "Records that you let others read");
  const std::string id_help = "The share's id";
  auto created = add_command<CreateArgs>(group, "create", "Let somebody read records of yours",
                                         selected, create_shares);
  created.app->add_option("RECORD", created.args->records, "The records' ids")->required();
  created.app
      ->add_option("--to", created.args->grantee,
                   "Who is to read, gen1...; a share that he has of the record is replaced")
      ->required();
  created.app->add_option("--expires", created.args->expires,
                          "When it ends by itself: 30d, 12h, 2027-01-31 or \"2027-01-31 18:00:00\" "
                          "(UTC)");
  add_send_options(*created.app, created.args->send);
  auto listed = add_command<ListArgs>(
      group, "list", "Shares that you gave; or those of a record, an owner, to a reader", selected,
      list_shares);
  auto* record = listed.app->add_option("--record", listed.args->record, "Shares of this record")
                     ->check(CLI::PositiveNumber);
  auto* owner = listed.app->add_option("--owner", listed.args->owner, "Given by this user, gen1...")
                    ->excludes(record);
  auto* to = listed.app->add_option("--to", listed.args->to, "Received by this user, gen1...")
                 ->excludes(record)
                 ->excludes(owner);
  listed.app->add_flag("--received", listed.args->received, "Received by you")
      ->excludes(record)
      ->excludes(owner)
      ->excludes(to);
  add_page_options(*listed.app, listed.args->page);
  auto shown = add_command<ShowArgs>(group, "show", "What the chain says about a share", selected,
                                     show_share);
  shown.app->add_option("ID", shown.args->share, id_help)->required();
  auto revoked =
      add_command<RevokeArgs>(group, "revoke", "End shares of yours", selected, revoke_shares);
  revoked.app->add_option("ID", revoked.args->shares, "The shares' ids")->required();
  add_send_options(*revoked.app, revoked.args->send);
  auto read = add_command<ReadArgs>(group, "read", "Decrypt a document that was shared with you",
                                    selected, read_share);
  read.app->add_option("ID", read.args->share, id_help)->required();
  add_reading_options(*read.app, read.args->reading);
}

}  // namespace generion::cli
