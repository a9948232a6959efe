#include <fmt/format.h>

#include "cli/commands/addresses.h"
#include "cli/commands/command.h"
#include "cli/commands/listing.h"
#include "cli/commands/record_commands.h"
#include "cli/commands/sending.h"
#include "types/address.h"

namespace generion::cli {
namespace {

struct ListArgs {
  std::string address;
  PageArgs page;
};

struct ShowArgs {
  std::uint64_t record = 0;
};

struct VerifyArgs {
  std::vector<std::uint64_t> records;
  SendArgs send;
};

struct DeleteArgs {
  std::uint64_t record = 0;
  SendArgs send;
};

struct HistoryArgs {
  std::uint64_t record = 0;
  PageArgs page;
};

Result<Report> list_records(Context& context, const ListArgs& args) {
  const auto address = address_or_own(context, args.address);
  if (!address) return fail(address.error());
  return list_report(context, "getRecordList", {{"usr_adr", address_text(*address)}}, args.page,
                     {{"ID", "record_id", Align::right},
                      {"TYPE", "type"},
                      {"CREATED", "created_at_ms"},
                      {"VERIFIED", "is_verified"},
                      {"DELETED", "deleted"},
                      {"BY INSTITUTION", "by_institution"},
                      {"CREATOR", "creator_adr"}},
                     "No record yet.");
}

Result<Report> show_record(Context& context, const ShowArgs& args) {
  return object_report(context, "getRecord", {{"record_id", args.record}});
}

Result<Report> verify_records(Context& context, const VerifyArgs& args) {
  std::vector<RecordId> records;
  for (const std::uint64_t id : args.records) records.emplace_back(id);
  return send_operations(context, args.send, {VerifyRecord{std::move(records)}},
                         fmt::format("Verified record {}", fmt::join(args.records, ", ")));
}

Result<Report> delete_record(Context& context, const DeleteArgs& args) {
  if (const auto sure = context.confirm(
          fmt::format("Record {} and its private bytes will be gone for ever.", args.record));
      !sure) {
    return fail(sure.error());
  }
  return send_operations(context, args.send, {DeleteRecord{RecordId(args.record)}},
                         fmt::format("Deleted record {}", args.record));
}

Result<Report> show_history(Context& context, const HistoryArgs& args) {
  return list_report(context, "getRecordHistory", {{"record_id", args.record}}, args.page,
                     {{"HEIGHT", "height", Align::right},
                      {"TIME", "time_ms"},
                      {"OPERATION", "operation"},
                      {"BY", "by"},
                      {"TRANSACTION", "tx_id"}},
                     "No change is known.");
}

}  // namespace

void add_record(CLI::App& root, Action& selected) {
  CLI::App& group = add_group(root, "record", "Medical records");
  const std::string id_help = "The record's id";
  add_record_create(group, selected);
  add_record_import(group, selected);
  auto listed = add_command<ListArgs>(group, "list", "A patient's records", selected, list_records);
  listed.app->add_option("ADDRESS", listed.args->address, "gen1...; without it, yourself");
  add_page_options(*listed.app, listed.args->page);
  auto shown = add_command<ShowArgs>(group, "show", "What the chain says about a record", selected,
                                     show_record);
  shown.app->add_option("ID", shown.args->record, id_help)->required();
  add_record_read(group, selected);
  auto verified =
      add_command<VerifyArgs>(group, "verify", "Confirm records that an institution made about you",
                              selected, verify_records);
  verified.app->add_option("ID", verified.args->records, "The records' ids")->required();
  add_send_options(*verified.app, verified.args->send);
  auto deleted =
      add_command<DeleteArgs>(group, "delete", "Delete a record for ever", selected, delete_record);
  deleted.app->add_option("ID", deleted.args->record, id_help)->required();
  add_send_options(*deleted.app, deleted.args->send);
  auto history = add_command<HistoryArgs>(group, "history", "Every change of a record", selected,
                                          show_history);
  history.app->add_option("ID", history.args->record, id_help)->required();
  add_page_options(*history.app, history.args->page);
}

}  // namespace generion::cli
