#include "client/market_api.h"

#include <charconv>

#include "client/json_view.h"

namespace generion::client {
namespace json = boost::json;

namespace {

std::uint64_t read_amount(JsonView& in, std::string_view field) {
  const std::string text = in.text(field);
  std::uint64_t out = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, out);
  if (error != std::errc() || stopped != end) in.fault(field, "is no amount");
  return out;
}

std::optional<TimeMs> read_time(JsonView& in, std::string_view field) {
  const auto number = in.number(field);
  return number ? std::optional(TimeMs(*number)) : std::nullopt;
}

Result<std::vector<DeliveryView>> read_deliveries(JsonView& in) {
  std::vector<DeliveryView> out;
  const json::value* list = in.find("deliveries");
  if (list == nullptr || !list->is_array()) return out;
  for (const json::value& value : list->get_array()) {
    JsonView one(value, "delivery");
    DeliveryView delivery;
    delivery.record_id = RecordId(one.required_number("record_id"));
    delivery.lock = one.hex<Lock>("lock");
    if (auto ok = one.finish(); !ok) return fail(ok.error());
    out.push_back(delivery);
  }
  return out;
}

}  // namespace

Result<ShareView> parse_share(const json::value& value) {
  JsonView in(value, "share");
  ShareView out;
  out.share_id = ShareId(in.required_number("share_id"));
  out.record_id = RecordId(in.required_number("record_id"));
  out.owner = in.required("usr_adr", in.address("usr_adr"));
  out.grantee = in.required("grantee", in.address("grantee"));
  out.pub_key = in.required("pub_key", in.hex<ReaderKey>("pub_key"));
  out.lock = in.hex<Lock>("lock");
  out.living = in.flag("living");
  out.status = in.text("status");
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  return out;
}

Result<OrderView> parse_order(const json::value& value) {
  JsonView in(value, "order");
  OrderView out;
  out.order_id = OrderId(in.required_number("order_id"));
  out.seller = in.required("usr_adr", in.address("usr_adr"));
  for (const std::uint64_t id : in.numbers("record_id_list")) out.records.emplace_back(id);
  out.price = read_amount(in, "price");
  out.delivery_proven = in.flag("delivery_proven");
  out.made_by_institution = in.flag("made_by_institution");
  out.status = in.text("status");
  out.buyer = in.address("customer");
  out.pub_key = in.hex<ReaderKey>("pub_key");
  out.deadline = read_time(in, "deadline_ms");
  auto deliveries = read_deliveries(in);
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  if (!deliveries) return fail(deliveries.error());
  out.deliveries = std::move(*deliveries);
  return out;
}

Result<ShareView> get_share(Rpc& node, ShareId share_id) {
  auto answer = node.call("getShare", {{"share_id", share_id.value()}});
  if (!answer) return fail(answer.error());
  return parse_share(*answer);
}

Result<OrderView> get_order(Rpc& node, OrderId order_id) {
  auto answer = node.call("getOrder", {{"order_id", order_id.value()}});
  if (!answer) return fail(answer.error());
  return parse_order(*answer);
}

Result<std::vector<OrderView>> get_purchases(Rpc& node, const Address& buyer) {
  std::vector<OrderView> out;
  const auto added = for_each_item(node, "getOrderList", {{"buyer", address_text(buyer)}},
                                   [&out](const json::value& item) -> Result<void> {
                                     auto order = parse_order(item);
                                     if (!order) return fail(order.error());
                                     out.push_back(std::move(*order));
                                     return {};
                                   });
  if (!added) return fail(added.error());
  return out;
}

}  // namespace generion::client
