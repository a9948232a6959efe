// Methods about shares and orders: contract/share_queries.h and order_queries.h at one height.
#include <fmt/core.h>

#include "base/hex.h"
#include "contract/order_queries.h"
#include "contract/queries.h"
#include "contract/share_queries.h"
#include "rpc/method_parts.h"
#include "types/address.h"

namespace generion::rpc {
namespace {

using contract::Order;

void add_time(JsonObject& out, std::string_view name, const std::optional<TimeMs>& time) {
  if (time) out.emplace(name, time->value());
}

Result<Json> share_json(const Context& context, const contract::FoundShare& found,
                        const Memory& memory) {
  const contract::Share& share = found.share;
  JsonObject out(14, memory);
  out.emplace("share_id", found.id.value());
  out.emplace("record_id", share.record.value());
  out.emplace("usr_adr", address_text(found.owner));
  out.emplace("grantee", address_text(found.grantee));
  out.emplace("pub_key", to_hex(share.data_pub_key));
  if (const Lock* lock = std::get_if<Lock>(&share.access)) out.emplace("lock", to_hex(*lock));
  if (const auto* opaque = std::get_if<contract::OpaqueAccess>(&share.access)) {
    out.emplace("data_hash", to_hex(opaque->data.hash));
    out.emplace("data_length", opaque->data.length);
  }
  if (found.attachment) {
    if (auto ok = add_attachment(context, *found.attachment, "data_encr", out); !ok) {
      return fail(ok.error());
    }
  }
  out.emplace("living", found.living);
  out.emplace("status", contract::status_name(share.status));
  out.emplace("created_at_ms", share.created_at.value());
  add_time(out, "expires_at_ms", share.expires_at);
  add_time(out, "closed_at_ms", share.closed_at);
  return Json(std::move(out));
}

std::size_t share_size(const contract::FoundShare& found) {
  const auto* opaque = std::get_if<contract::OpaqueAccess>(&found.share.access);
  return kRecordBytes + (opaque == nullptr ? 0 : opaque->data.length / 3 * 4);
}

Answer get_share(const Context& context, const Arguments& arguments, const Memory& memory) {
  const auto version = version_for(context, arguments);
  if (!version) return failed(version.error());
  const ShareId id(*arguments.number("share_id"));
  const auto found = contract::find_share((*version)->state(), id);
  if (!found) {
    const std::uint64_t last = contract::read_counters((*version)->state()).shares;
    return failed({Code::share_not_found,
                   fmt::format("there is no share {} (at this height); shares go from 1 to {}",
                               id.value(), last)});
  }
  auto out = share_json(context, *found, memory);
  if (!out) return failed(out.error());
  return proven(**version, arguments, contract::share_key(id), std::move(out->get_object()));
}

// Adds as many as the page takes.
Answer share_page(const Context& context, Page page,
                  const std::vector<contract::FoundShare>& shares, const Memory& memory) {
  for (const contract::FoundShare& found : shares) {
    auto entry = share_json(context, found, memory);
    if (!entry) return failed(entry.error());
    const std::vector<Bytes> objects{contract::share_key(found.id),
                                     contract::user_key(found.share.owner),
                                     contract::user_key(found.share.grantee)};
    if (!page.add(std::move(*entry), number_place(found.id.value()), share_size(found), objects)) {
      break;
    }
  }
  return std::move(page).finish();
}

Answer get_share_list(const Context& context, const Arguments& arguments, const Memory& memory) {
  if (arguments.has("usr_adr") == arguments.has("record_id")) {
    return failed({Code::bad_params, "usr_adr or record_id: give one of the two"});
  }
  auto page = Page::open(context, arguments, memory);
  if (!page) return failed(page.error());
  const ShareId after(number_after(*page));
  if (arguments.has("record_id")) {
    const RecordId id(*arguments.number("record_id"));
    if (!contract::find_record(page->state(), id)) return unknown_record(id.value(), page->state());
    page->count_by(contract::record_key(id));
    const auto shares = contract::shares_of_record(page->state(), id, after, page->wanted());
    return share_page(context, std::move(*page), shares, memory);
  }
  const auto owner = contract::find_user_id(page->state(), arguments.address("usr_adr"));
  if (!owner) return unknown_user(arguments.address("usr_adr"));
  page->count_by(contract::user_key(*owner));
  const auto shares = contract::shares_of_owner(page->state(), *owner, after, page->wanted());
  return share_page(context, std::move(*page), shares, memory);
}

Answer get_shared_record_list(const Context& context, const Arguments& arguments,
                              const Memory& memory) {
  auto page = Page::open(context, arguments, memory);
  if (!page) return failed(page.error());
  const auto grantee = contract::find_user_id(page->state(), arguments.address("usr_adr"));
  if (!grantee) return unknown_user(arguments.address("usr_adr"));
  page->count_by(contract::user_key(*grantee));
  const ShareId after(number_after(*page));
  const auto shares = contract::shares_to(page->state(), *grantee, after, page->wanted());
  return share_page(context, std::move(*page), shares, memory);
}

// `retained`: whether opaque deliveries are still kept.
Result<JsonArray> deliveries_json(const Context& context, const Order& order, bool retained,
                                  const Memory& memory) {
  JsonArray out(memory);
  for (std::size_t i = 0; i < order.deliveries.size(); ++i) {
    JsonObject entry(4, memory);
    entry.emplace("record_id", order.records[i].value());
    if (const Lock* lock = std::get_if<Lock>(&order.deliveries[i])) {
      entry.emplace("lock", to_hex(*lock));
    } else {
      const auto& opaque = std::get<contract::OpaqueAccess>(order.deliveries[i]);
      entry.emplace("data_hash", to_hex(opaque.data.hash));
      entry.emplace("data_length", opaque.data.length);
      if (retained) {
        if (auto ok = add_attachment(context, opaque.filed, "data_encr", entry); !ok) {
          return fail(ok.error());
        }
      }
    }
    out.emplace_back(std::move(entry));
  }
  return out;
}

// With `deliveries`, what was delivered too.
Result<Json> order_json(const Context& context, const contract::FoundOrder& found,
                        std::optional<TimeMs> deliveries_at, const Memory& memory) {
  const Order& order = found.order;
  JsonObject out(20, memory);
  out.emplace("order_id", found.id.value());
  out.emplace("usr_adr", address_text(found.seller));
  JsonArray records(memory);
  for (const RecordId id : order.records) records.emplace_back(id.value());
  out.emplace("record_id_list", std::move(records));
  out.emplace("price", std::to_string(order.price));
  if (const auto text = contract::order_text(order)) {
    if (auto ok = add_attachment(context, *text, "text", out); !ok) return fail(ok.error());
  }
  out.emplace("delivery_proven", order.delivery_proven);
  out.emplace("made_by_institution", order.made_by_institution);
  out.emplace("deidentified", order.deidentified);
  JsonArray types(memory);
  for (const std::string& type : order.types) types.emplace_back(type);
  out.emplace("types", std::move(types));
  out.emplace("status", contract::status_name(order.status));
  out.emplace("created_at_ms", order.created_at.value());
  if (found.buyer) out.emplace("customer", address_text(*found.buyer));
  if (order.buyer_key) out.emplace("pub_key", to_hex(*order.buyer_key));
  add_time(out, "deadline_ms", order.deadline);
  add_time(out, "retention_end_ms", order.retention_end);
  add_time(out, "closed_at_ms", order.closed_at);
  if (deliveries_at && !order.deliveries.empty()) {
    const bool retained = contract::is_retained(order, *deliveries_at);
    auto deliveries = deliveries_json(context, order, retained, memory);
    if (!deliveries) return fail(deliveries.error());
    out.emplace("deliveries", std::move(*deliveries));
  }
  return Json(std::move(out));
}

Answer get_order(const Context& context, const Arguments& arguments, const Memory& memory) {
  const auto version = version_for(context, arguments);
  if (!version) return failed(version.error());
  const OrderId id(*arguments.number("order_id"));
  const auto found = contract::find_order((*version)->state(), id);
  if (!found) {
    const std::uint64_t last = contract::read_counters((*version)->state()).orders;
    return failed({Code::order_not_found,
                   fmt::format("there is no order {} (at this height); orders go from 1 to {}",
                               id.value(), last)});
  }
  auto out = order_json(context, *found, (*version)->block_time(), memory);
  if (!out) return failed(out.error());
  return proven(**version, arguments, contract::order_key(id), std::move(out->get_object()));
}

std::optional<Order::Status> status_from(std::string_view name) {
  for (const auto status : {Order::Status::open, Order::Status::purchased, Order::Status::delivered,
                            Order::Status::refunded}) {
    if (contract::status_name(status) == name) return status;
  }
  return Order::Status::withdrawn;
}

std::expected<contract::OrderFilter, Failure> order_filter(const contract::StateReader& state,
                                                           const Arguments& arguments) {
  contract::OrderFilter out;
  if (arguments.has("status")) out.status = status_from(arguments.text("status"));
  if (arguments.has("type")) out.type = std::string(arguments.text("type"));
  for (const auto& [name, member] : {std::pair{"seller", &contract::OrderFilter::seller},
                                     std::pair{"buyer", &contract::OrderFilter::buyer}}) {
    if (!arguments.has(name)) continue;
    const auto user = contract::find_user_id(state, arguments.address(name));
    if (!user) return unknown_user(arguments.address(name));
    out.*member = *user;
  }
  if (arguments.has("record_id")) out.record = RecordId(*arguments.number("record_id"));
  out.price_min = arguments.number("price_min").value_or(0);
  out.price_max = arguments.number("price_max").value_or(UINT64_MAX);
  return out;
}

// The object that counts the orders that pass the filter; nullopt: none does.
std::optional<Bytes> counted_by(const contract::OrderFilter& filter) {
  const int lists = (filter.seller ? 1 : 0) + (filter.buyer ? 1 : 0) + (filter.record ? 1 : 0);
  const bool is_narrower =
      filter.status || filter.type || filter.price_min > 0 || filter.price_max < UINT64_MAX;
  if (is_narrower || lists > 1) return std::nullopt;
  if (filter.seller) return contract::user_key(*filter.seller);
  if (filter.buyer) return contract::user_key(*filter.buyer);
  if (filter.record) return contract::record_key(*filter.record);
  return contract::counters_key();
}

Answer get_order_list(const Context& context, const Arguments& arguments, const Memory& memory) {
  auto page = Page::open(context, arguments, memory);
  if (!page) return failed(page.error());
  const auto filter = order_filter(page->state(), arguments);
  if (!filter) return std::unexpected(filter.error());
  if (const auto counter = counted_by(*filter)) page->count_by(*counter);
  const auto listed =
      contract::list_orders(page->state(), *filter, OrderId(number_after(*page)), page->wanted());
  for (const contract::FoundOrder& found : listed.orders) {
    auto entry = order_json(context, found, std::nullopt, memory);
    if (!entry) return failed(entry.error());
    const std::size_t size = kRecordBytes + limits::kOrderTextBytesMax;
    std::vector<Bytes> objects{contract::order_key(found.id),
                               contract::user_key(found.order.seller)};
    if (found.order.buyer) objects.push_back(contract::user_key(*found.order.buyer));
    if (!page->add(std::move(*entry), number_place(found.id.value()), size, objects)) {
      return std::move(*page).finish();
    }
  }
  if (listed.resume) page->go_on_after(number_place(listed.resume->value()));
  return std::move(*page).finish();
}

Answer get_order_id_list(const Context& context, const Arguments& arguments, const Memory& memory) {
  auto page = Page::open(context, arguments, memory);
  if (!page) return failed(page.error());
  const auto filter = order_filter(page->state(), arguments);
  if (!filter) return std::unexpected(filter.error());
  const auto listed = contract::list_order_ids(page->state(), *filter, OrderId(number_after(*page)),
                                               page->wanted());
  for (const OrderId id : listed.ids) {
    if (!page->add(Json(id.value(), memory), number_place(id.value()), kSmallEntryBytes)) {
      return std::move(*page).finish();
    }
  }
  if (listed.resume) page->go_on_after(number_place(listed.resume->value()));
  return std::move(*page).finish();
}

}  // namespace

std::vector<Parameter> order_filter_parameters() {
  Parameter status{.name = "status",
                   .type = ParameterType::choice,
                   .is_optional = true,
                   .description = "of the orders",
                   .choices = {"open", "purchased", "delivered", "refunded", "withdrawn"}};
  Parameter type{.name = "type",
                 .type = ParameterType::text,
                 .is_optional = true,
                 .description = "of one of the records",
                 .max = limits::kRecordTypeBytesMax};
  Parameter price{.name = "price_min",
                  .type = ParameterType::amount,
                  .is_optional = true,
                  .description = "the lowest price",
                  .max = UINT64_MAX};
  Parameter highest = price;
  highest.name = "price_max";
  highest.description = "the highest price";
  return {status,
          type,
          optional(user_parameter("seller"), "who offers"),
          optional(user_parameter("buyer"), "who bought"),
          optional(record_parameter(), "that the orders hold"),
          price,
          highest};
}

std::vector<Method> market_methods() {
  return {
      {.name = "getShare",
       .summary = "A share",
       .parameters = with_proof({id_parameter("share_id", "of the share")}),
       .result = "share",
       .handler = get_share},
      {.name = "getShareList",
       .summary = "The shares that a user has given, or those of a record",
       .parameters = with_proven_page({optional(user_parameter("usr_adr"), "of the owner"),
                                       optional(record_parameter(), "or the record")}),
       .result = "page of share",
       .handler = get_share_list},
      {.name = "getSharedRecordList",
       .summary = "The shares that a user has received",
       .parameters = with_proven_page({user_parameter("usr_adr")}),
       .result = "page of share",
       .handler = get_shared_record_list},
      {.name = "getOrder",
       .summary = "An order, with what was delivered",
       .parameters = with_proof({id_parameter("order_id", "of the order")}),
       .result = "order",
       .handler = get_order},
      {.name = "getOrderList",
       .summary = "Orders, by whatever filter is given",
       .parameters = with_proven_page(order_filter_parameters()),
       .result = "page of order, without deliveries",
       .handler = get_order_list},
      {.name = "getOrderIdList",
       .summary = "The ids of orders, by whatever filter is given",
       .parameters = with_page(order_filter_parameters()),
       .result = "page of numbers",
       .handler = get_order_id_list},
  };
}

}  // namespace generion::rpc
