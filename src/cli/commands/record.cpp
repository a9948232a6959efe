#include <fmt/format.h>

#include "cli/commands/command.h"
#include "cli/commands/proven_listing.h"
#include "cli/commands/record_commands.h"
#include "cli/commands/sending.h"
#include "types/address.h"

namespace generion::cli {
namespace {

struct ListArgs {
  std::string address;
  ProvableListArgs list;
};

struct ShowArgs {
  std::uint64_t record = 0;
  bool proof = false;
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

Result<std::string> own_address(Context& context) {
  const auto chain = context.chain();
  if (!chain) return fail(chain.error());
  const auto store = context.key_store();
  if (!store) return fail(store.error());
  const auto key = store->current(*chain);
  if (!key) return fail(key.error());
  return address_text(key->address);
}

Result<Report> list_records(Context& context, const ListArgs& args) {
  std::string address = args.address;
  if (address.empty()) {
    const auto own = own_address(context);
    if (!own) return fail(own.error());
    address = *own;
  } else if (const auto parsed = parse_address(address); !parsed) {
    return fail(parsed.error());
  }
  const std::vector<ListColumn> columns = {{"ID", "record_id", Align::right},
                                           {"TYPE", "type"},
                                           {"CREATED", "created_at_ms"},
                                           {"VERIFIED", "is_verified"},
                                           {"DELETED", "deleted"},
                                           {"BY INSTITUTION", "by_institution"},
                                           {"CREATOR", "creator_adr"}};
  constexpr std::string_view kEmpty = "No record yet.";
  if (args.list.proof) {
    return proven_list_report(context,
                              {client::ListKind::records_of_owner, *parse_address(address), {}},
                              columns, kEmpty);
  }
  return list_report(context, "getRecordList", {{"usr_adr", address}}, args.list.page, columns,
                     kEmpty);
}

Result<Report> show_record(Context& context, const ShowArgs& args) {
  if (args.proof) return proven_record_report(context, RecordId(args.record));
  const auto node = context.node();
  if (!node) return fail(node.error());
  auto record = (*node)->call("getRecord", {{"record_id", args.record}});
  if (!record) return fail(record.error());
  std::string text =
      record->is_object() ? object_text(record->as_object()) : boost::json::serialize(*record);
  return Report{.json = std::move(*record), .text = std::move(text)};
}

Result<Report> verify_records(Context& context, const VerifyArgs& args) {
  auto sending = begin_sending(context, args.send);
  if (!sending) return fail(sending.error());
  std::vector<RecordId> records;
  for (const std::uint64_t id : args.records) records.emplace_back(id);
  sending->builder.verify_records(std::move(records));
  const auto outcome = finish_sending(context, *sending, args.send);
  if (!outcome) return fail(outcome.error());
  return outcome_report(*outcome, fmt::format("Verified record {}", fmt::join(args.records, ", ")));
}

Result<Report> delete_record(Context& context, const DeleteArgs& args) {
  if (const auto sure = context.confirm(
          fmt::format("Record {} and its private bytes will be gone for ever.", args.record));
      !sure) {
    return fail(sure.error());
  }
  auto sending = begin_sending(context, args.send);
  if (!sending) return fail(sending.error());
  sending->builder.delete_record(RecordId(args.record));
  const auto outcome = finish_sending(context, *sending, args.send);
  if (!outcome) return fail(outcome.error());
  return outcome_report(*outcome, fmt::format("Deleted record {}", args.record));
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
  add_provable_list_options(*listed.app, listed.args->list);
  auto shown = add_command<ShowArgs>(group, "show", "What the chain says about a record", selected,
                                     show_record);
  shown.app->add_option("ID", shown.args->record, id_help)->required();
  shown.app->add_flag("--proof", shown.args->proof,
                      "Show what is proven, or that there is no such record; needs --genesis");
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
