// purchase, deliver, read: an order from the offer to the documents.
#include <fmt/format.h>

#include "base/file.h"
#include "base/hex.h"
#include "cli/commands/document_output.h"
#include "cli/commands/handing_over.h"
#include "cli/commands/order_commands.h"
#include "cli/commands/parse.h"
#include "cli/terminal/table.h"
#include "client/market_api.h"
#include "client/reader_keys.h"
#include "types/address.h"
#include "types/amount.h"

namespace generion::cli {
namespace {

struct PurchaseArgs {
  std::uint64_t order = 0;
  bool own_reader_key = false;
  SendArgs send;
};

struct DeliverArgs {
  std::uint64_t order = 0;
  SendArgs send;
};

struct ReadArgs {
  std::uint64_t order = 0;
  std::filesystem::path out;
};

// What a buyer has to know before he pays; empty if there is nothing.
std::vector<std::string> warnings_of(const client::OrderView& order) {
  std::vector<std::string> out;
  if (!order.delivery_proven) {
    out.emplace_back(
        "The chain cannot check what is delivered: a record is in a format of an "
        "application. You may pay for data that you cannot read.");
  }
  if (!order.made_by_institution) {
    out.emplace_back(
        "Not all of its records were made by an institution: the seller may have "
        "written them himself.");
  }
  return out;
}

// A key made for this purchase, or the one that the buyer has published.
Result<ReaderKey> reader_for_purchase(Context& context, const Sending& sending,
                                      const PurchaseArgs& args) {
  if (args.own_reader_key || !args.send.key_file.empty()) {
    return crypto::ReaderSecret::from_seed(sending.key.seed()).public_key();
  }
  const auto keys = context.unlocked_key_store();
  if (!keys) return fail(keys.error());
  const auto reader = client::next_one_time_reader(**keys, sending.chain);
  if (!reader) return fail(reader.error());
  return reader->public_key();
}

Result<void> check_open(const client::OrderView& order) {
  if (order.status == "open") return {};
  return fail(Code::order_not_open, fmt::format("order {} is {}; only an open one can be bought",
                                                order.order_id.value(), order.status));
}

Result<Report> purchase_order(Context& context, const PurchaseArgs& args) {
  auto sending = begin_sending(context, args.send);
  if (!sending) return fail(sending.error());
  const auto order = client::get_order(*sending->node, OrderId(args.order));
  if (!order) return fail(order.error());
  if (auto ok = check_open(*order); !ok) return fail(ok.error());
  const auto warnings = warnings_of(*order);
  if (!warnings.empty()) {
    for (const std::string& warning : warnings) context.remark("Warning: " + warning);
    if (auto sure = context.confirm(
            fmt::format("Order {} costs {} tokens.", args.order, token_text(order->price)));
        !sure) {
      return fail(sure.error());
    }
  }
  const auto reader = reader_for_purchase(context, *sending, args);
  if (!reader) return fail(reader.error());
  sending->builder.add(PurchaseData{order->order_id, *reader, order->price});
  const auto outcome = finish_sending(context, *sending, args.send);
  if (!outcome) return fail(outcome.error());
  Report out = outcome_report(
      *outcome, fmt::format("Bought order {}; {} tokens are held until the seller delivers, and "
                            "come back if he does not",
                            args.order, token_text(order->price)));
  boost::json::object& json = out.json.as_object();
  json["reader_key"] = to_hex(*reader);
  json["price"] = std::to_string(order->price);
  json["warnings"] = boost::json::array(warnings.begin(), warnings.end());
  return out;
}

Result<void> check_for_delivery(const client::OrderView& order, const Address& seller) {
  if (order.seller != seller) {
    return fail(Code::not_seller,
                fmt::format("order {} is sold by {}; you sign as {}", order.order_id.value(),
                            address_text(order.seller), address_text(seller)));
  }
  if (order.status == "purchased" && order.pub_key) return {};
  return fail(Code::order_not_purchased,
              fmt::format("order {} is {}; only a purchased one can be delivered",
                          order.order_id.value(), order.status));
}

Result<Report> deliver_order(Context& context, const DeliverArgs& args) {
  auto sending = begin_sending(context, args.send);
  if (!sending) return fail(sending.error());
  const auto order = client::get_order(*sending->node, OrderId(args.order));
  if (!order) return fail(order.error());
  if (auto ok = check_for_delivery(*order, sending->key.public_key()); !ok) {
    return fail(ok.error());
  }
  std::vector<client::RecordDelivery> deliveries;
  for (const RecordId record : order->records) {
    const auto relocking = relock_own_record(context, *sending, args.send, record,
                                             crypto::delivery_context(args.order), *order->pub_key);
    if (!relocking) return fail(relocking.error());
    deliveries.push_back({record, *relocking});
  }
  const std::size_t count = deliveries.size();
  if (auto ok =
          sending->builder.deliver_order(order->order_id, *order->pub_key, std::move(deliveries));
      !ok) {
    return fail(ok.error());
  }
  const auto outcome = finish_sending(context, *sending, args.send);
  if (!outcome) return fail(outcome.error());
  return outcome_report(*outcome, fmt::format("Delivered order {}: {} records, paid with {} tokens",
                                              args.order, count, token_text(order->price)));
}

// The buyer's view of each record, in the order's sequence.
Result<std::vector<client::OpenedRecord>> open_order(Context& context, std::uint64_t id) {
  const auto node = context.node();
  if (!node) return fail(node.error());
  const auto order = client::get_order(**node, OrderId(id));
  if (!order) return fail(order.error());
  if (order->status != "delivered" || !order->pub_key) {
    return fail(Code::not_found, fmt::format("order {} is {}; there is something to read once it "
                                             "is delivered",
                                             id, order->status));
  }
  std::vector<client::OpenedRecord> out;
  for (const client::DeliveryView& delivery : order->deliveries) {
    auto opened = open_handed_over(context, delivery.record_id, delivery.lock, *order->pub_key);
    if (!opened) return fail(opened.error());
    out.push_back(std::move(*opened));
  }
  return out;
}

Result<Report> read_order(Context& context, const ReadArgs& args) {
  const auto records = open_order(context, args.order);
  if (!records) return fail(records.error());
  const auto store = context.documents();
  if (!store) return fail(store.error());
  if (!args.out.empty()) {
    if (auto ok = create_private_directory(args.out); !ok) return fail(ok.error());
  }
  boost::json::array items;
  Table table(
      {{"RECORD", Align::right}, {"TITLE"}, {"MEDIA TYPE"}, {"SIZE", Align::right}, {"FILE"}});
  for (const client::OpenedRecord& opened : *records) {
    boost::json::object item = meta_json(opened);
    std::string file;
    if (!args.out.empty()) {
      // Not by its title: that is what somebody else wrote.
      file = (args.out / fmt::format("record-{}", opened.record.record_id.value())).string();
      if (auto ok = write_document(opened, **store, file); !ok) return fail(ok.error());
      item["file"] = file;
    }
    table.add({fmt::format("{}", opened.record.record_id.value()), opened.meta.title,
               opened.meta.media_type, bytes_text(opened.meta.size), file});
    items.push_back(std::move(item));
  }
  return Report{
      .json = boost::json::object{{"order_id", args.order}, {"records", std::move(items)}},
      .text = table.text()};
}

constexpr const char* kIdHelp = "The order's id";

}  // namespace

void add_order_purchase(CLI::App& orders, Action& selected) {
  auto [app, args] = add_command<PurchaseArgs>(
      orders, "purchase", "Buy an order: its price is held until the seller delivers", selected,
      purchase_order);
  app->add_option("ID", args->order, kIdHelp)->required();
  app->add_flag("--own-reader-key", args->own_reader_key,
                "Have it locked to your own reader key; without it, to one made for this purchase");
  add_send_options(*app, args->send);
}

void add_order_deliver(CLI::App& orders, Action& selected) {
  auto [app, args] = add_command<DeliverArgs>(
      orders, "deliver", "Lock a purchased order's records to its buyer, and be paid", selected,
      deliver_order);
  app->add_option("ID", args->order, kIdHelp)->required();
  add_send_options(*app, args->send);
}

void add_order_read(CLI::App& orders, Action& selected) {
  auto [app, args] = add_command<ReadArgs>(
      orders, "read", "Decrypt the documents of an order that you bought", selected, read_order);
  app->add_option("ID", args->order, kIdHelp)->required();
  app->add_option("--out", args->out,
                  "Folder for the documents, record-<id> each; without it they are only listed");
}

}  // namespace generion::cli
