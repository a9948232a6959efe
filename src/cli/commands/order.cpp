#include <fmt/format.h>

#include "base/file.h"
#include "base/limits.h"
#include "cli/commands/addresses.h"
#include "cli/commands/listing.h"
#include "cli/commands/order_commands.h"
#include "cli/commands/parse.h"
#include "cli/commands/sending.h"
#include "types/address.h"
#include "types/amount.h"

namespace generion::cli {
namespace {

struct CreateArgs {
  std::vector<std::uint64_t> records;
  std::string price;
  std::string text;
  std::filesystem::path text_file;
  bool reveal_identity = false;
  SendArgs send;
};

struct ListArgs {
  std::string status;
  std::string type;
  std::string seller;
  std::string buyer;
  std::uint64_t record = 0;
  std::string price_min;
  std::string price_max;
  PageArgs page;
};

struct IdArgs {
  std::uint64_t order = 0;
};

struct WithdrawArgs {
  std::uint64_t order = 0;
  SendArgs send;
};

Result<std::optional<Bytes>> text_of(const CreateArgs& args) {
  if (args.text_file.empty()) {
    return args.text.empty() ? std::nullopt : std::optional<Bytes>(args.text);
  }
  auto text = read_file(args.text_file, limits::kOrderTextBytesMax);
  if (!text) return fail(text.error());
  return std::optional<Bytes>(std::move(*text));
}

// A sale tells the buyer whose the record is, if the document does.
Result<void> check_deidentified(client::Rpc& node, const std::vector<std::uint64_t>& records) {
  for (const std::uint64_t id : records) {
    const auto record = client::get_record(node, RecordId(id));
    if (!record) return fail(record.error());
    if (record->deidentified) continue;
    return fail(Code::bad_argument,
                fmt::format("record {} is not marked as deidentified, so its buyer may learn whose "
                            "it is: sell one that is (`generion record create --deidentified`), or "
                            "add --reveal-identity",
                            id));
  }
  return {};
}

Result<Report> create_order(Context& context, const CreateArgs& args) {
  const auto price = parse_token_option("--price", args.price);
  if (!price) return fail(price.error());
  if (*price == 0) {
    return fail(Code::usage,
                "--price is 0; an order costs at least 0.00000001 tokens. What is to "
                "cost nothing is shared (`generion share create`)");
  }
  auto text = text_of(args);
  if (!text) return fail(text.error());
  auto sending = begin_sending(context, args.send);
  if (!sending) return fail(sending.error());
  if (!args.reveal_identity) {
    if (auto ok = check_deidentified(*sending->node, args.records); !ok) return fail(ok.error());
  }
  std::vector<RecordId> records;
  for (const std::uint64_t id : args.records) records.emplace_back(id);
  if (auto ok = sending->builder.create_order(std::move(records), *price, std::move(*text)); !ok) {
    return fail(ok.error());
  }
  const auto outcome = finish_sending(context, *sending, args.send);
  if (!outcome) return fail(outcome.error());
  return outcome_report(*outcome, fmt::format("Offered record {} for {} tokens",
                                              fmt::join(args.records, ", "), token_text(*price)));
}

// The parameters of getOrderList.
Result<boost::json::object> filters_of(const ListArgs& args) {
  boost::json::object out;
  if (!args.status.empty()) out["status"] = args.status;
  if (!args.type.empty()) out["type"] = args.type;
  for (const auto& [name, text] : {std::pair{"seller", &args.seller}, {"buyer", &args.buyer}}) {
    if (text->empty()) continue;
    if (const auto address = parse_address(*text); !address) return fail(address.error());
    out[name] = *text;
  }
  if (args.record != 0) out["record_id"] = args.record;
  for (const auto& [name, option, text] : {std::tuple{"price_min", "--price-min", &args.price_min},
                                           {"price_max", "--price-max", &args.price_max}}) {
    if (text->empty()) continue;
    const auto amount = parse_token_option(option, *text);
    if (!amount) return fail(amount.error());
    out[name] = std::to_string(*amount);
  }
  return out;
}

Result<Report> list_orders(Context& context, const ListArgs& args) {
  auto filters = filters_of(args);
  if (!filters) return fail(filters.error());
  return list_report(context, "getOrderList", std::move(*filters), args.page,
                     {{"ID", "order_id", Align::right},
                      {"STATUS", "status"},
                      {"TOKENS", "price", Align::right},
                      {"RECORDS", "record_id_list"},
                      {"TYPES", "types"},
                      {"PROVEN", "delivery_proven"},
                      {"BY INSTITUTION", "made_by_institution"},
                      {"DELIVER UNTIL", "deadline_ms"},
                      {"SELLER", "usr_adr"}},
                     "No order is like this.");
}

Result<Report> show_order(Context& context, const IdArgs& args) {
  return object_report(context, "getOrder", {{"order_id", args.order}});
}

Result<Report> withdraw_order(Context& context, const WithdrawArgs& args) {
  return send_operations(context, args.send, {DeleteOrder{OrderId(args.order)}},
                         fmt::format("Withdrew order {}", args.order));
}

void add_order_create(CLI::App& group, Action& selected) {
  auto [app, args] = add_command<CreateArgs>(group, "create", "Offer records of yours for tokens",
                                             selected, create_order);
  app->add_option("RECORD", args->records, "The records' ids, sold together")->required();
  app->add_option("--price", args->price, "In tokens, such as 12 or 0.5")->required();
  auto* text = app->add_option("--text", args->text,
                               "What buyers should know, for all to read until the order ends");
  app->add_option("--text-file", args->text_file, "The same from a file")->excludes(text);
  app->add_flag("--reveal-identity", args->reveal_identity,
                "Sell records that are not marked as deidentified too");
  add_send_options(*app, args->send);
}

void add_order_list(CLI::App& group, Action& selected) {
  auto [app, args] = add_command<ListArgs>(group, "list", "Orders, by whatever filter is given",
                                           selected, list_orders);
  app->add_option("--status", args->status, "Only these")
      ->check(CLI::IsMember({"open", "purchased", "delivered", "refunded", "withdrawn"}));
  app->add_option("--type", args->type, "With a record of this document class");
  app->add_option("--seller", args->seller, "Of this seller, gen1...");
  app->add_option("--buyer", args->buyer, "Of this buyer, gen1...");
  app->add_option("--record", args->record, "With this record")->check(CLI::PositiveNumber);
  app->add_option("--price-min", args->price_min, "At least so many tokens");
  app->add_option("--price-max", args->price_max, "At most so many tokens");
  add_page_options(*app, args->page);
}

}  // namespace

void add_order(CLI::App& root, Action& selected) {
  CLI::App& group = add_group(root, "order",
                              "Records that are sold, with delivery and payment "
                              "in one step");
  const std::string id_help = "The order's id";
  add_order_create(group, selected);
  add_order_list(group, selected);
  auto shown = add_command<IdArgs>(group, "show", "What the chain says about an order", selected,
                                   show_order);
  shown.app->add_option("ID", shown.args->order, id_help)->required();
  auto withdrawn = add_command<WithdrawArgs>(group, "withdraw", "Take back an order that is open",
                                             selected, withdraw_order);
  withdrawn.app->add_option("ID", withdrawn.args->order, id_help)->required();
  add_send_options(*withdrawn.app, withdrawn.args->send);
  add_order_purchase(group, selected);
  add_order_deliver(group, selected);
  add_order_read(group, selected);
}

}  // namespace generion::cli
