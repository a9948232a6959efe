#include "rpc/identity_orders.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/hex.h"
#include "contract/order_queries.h"
#include "contract/queries.h"
#include "rpc/identity_writes.h"
#include "rpc/method_parts.h"
#include "types/address.h"
#include "types/amount.h"

namespace generion::rpc::identity {
namespace {

using contract::Order;

constexpr std::string_view kInvalidIds = "Invalid order_id list. Format: {i1:i2:i3}";

// nullopt for one that does not exist, and, as with the original, one that its seller took back.
std::optional<contract::FoundOrder> find_order(const contract::StateReader& state,
                                               std::uint64_t id) {
  auto found = contract::find_order(state, OrderId(id));
  if (found && found->order.status == Order::Status::withdrawn) return std::nullopt;
  return found;
}

// The first ones after that id, ascending, without those that were withdrawn.
std::vector<std::uint64_t> order_ids(const contract::StateReader& state, std::uint64_t after,
                                     std::size_t limit) {
  std::vector<std::uint64_t> out;
  for (const Order::Status status : {Order::Status::open, Order::Status::purchased,
                                     Order::Status::delivered, Order::Status::refunded}) {
    const auto members = contract::list_members(state, contract::IdList::status_orders,
                                                static_cast<std::uint64_t>(status), after, limit);
    out.insert(out.end(), members.begin(), members.end());
  }
  std::sort(out.begin(), out.end());
  out.resize(std::min(out.size(), limit));
  return out;
}

// A number where the price is whole tokens, as all of the original's were; else text.
Json price_json(std::uint64_t price) {
  return price % kToken == 0 ? Json(price / kToken) : Json(token_text(price));
}

JsonObject order_json(const contract::FoundOrder& found, const Memory& memory) {
  const Order& order = found.order;
  JsonObject out(4, memory);
  out.emplace("usr_adr", address_text(found.seller));
  JsonArray records(memory);
  for (const RecordId record : order.records) records.emplace_back(record.value());
  out.emplace("record_list", std::move(records));
  out.emplace("price", price_json(order.price));
  out.emplace("customer", order.buyer_key ? to_hex(*order.buyer_key) : std::string());
  return out;
}

std::optional<Refusal> check_served(const Question& question, std::string_view method) {
  if (question.served.empty() || question.served.contains(method)) return std::nullopt;
  return refusal_of(
      Error{Code::forbidden, fmt::format("{} is not served at this address", method)});
}

std::optional<std::uint64_t> one_id(std::string_view text) {
  const auto ids = parse_ids(text);
  return ids && ids->size() == 1 ? std::optional(ids->front()) : std::nullopt;
}

}  // namespace

ReadAnswer read_order_ids(const Question& question, const Memory& memory) {
  if (auto refusal = check_served(question, "getOrderIdList")) return std::unexpected(*refusal);
  static const std::vector<Parameter> kParameters = with_page({});
  auto params = params_from_query(kParameters, question.query);
  if (!params) return std::unexpected(refusal_of(params.error()));
  params->get_object().emplace("limit", limits::kPageMax);  // unless it was given
  const auto arguments = Arguments::from_json("getOrderIdList", kParameters, &*params);
  if (!arguments) return std::unexpected(refusal_of(arguments.error()));
  auto page = Page::open(question.dispatcher.context(), *arguments, memory);
  if (!page) return std::unexpected(refusal_of(page.error()));
  for (const std::uint64_t id : order_ids(page->state(), number_after(*page), page->wanted())) {
    if (!page->add(Json(id), number_place(id), kSmallEntryBytes)) break;
  }
  return list_reply(question, std::move(*page).finish(), memory);
}

ReadAnswer read_orders(const Question& question, const Memory& memory) {
  if (auto refusal = check_served(question, "getOrder")) return std::unexpected(*refusal);
  const auto ids = parse_ids(question.id);
  if (!ids) return std::unexpected(Refusal{.message = std::string(kInvalidIds)});
  const Backend& backend = question.dispatcher.context().backend;
  const auto version = backend.version(std::nullopt);
  if (!version) return std::unexpected(refusal_of(version.error()));
  const contract::StateReader& state = (*version)->state();
  JsonArray orders(memory);
  for (const std::uint64_t id : *ids) {
    const auto order = find_order(state, id);
    orders.emplace_back(order ? order_json(*order, memory) : JsonObject(memory));
  }
  return reply(backend, std::move(orders), memory);
}

std::optional<std::string> create_order_fault(const contract::StateReader&, std::string_view id,
                                              const TransactionBody& body) {
  const auto address = parse_address(id);
  if (!address) return address.error().message;
  if (only<CreateOrder>(body) != nullptr && body.sender == *address) return std::nullopt;
  return fmt::format("signed_tx is not one createOrder by {}", id);
}

std::optional<std::string> delete_order_fault(const contract::StateReader&, std::string_view id,
                                              const TransactionBody& body) {
  const auto order = one_id(id);
  if (!order) return "Invalid order id. One is deleted at a time";
  const auto* op = only<DeleteOrder>(body);
  if (op != nullptr && op->order_id.value() == *order) return std::nullopt;
  return fmt::format("signed_tx is not one deleteOrder of {}", id);
}

// The original looked at the order before it sent anything.
std::optional<std::string> purchase_fault(const contract::StateReader& state, std::string_view id,
                                          const TransactionBody& body) {
  const auto order_id = one_id(id);
  if (!order_id) return "Invalid order id. One is purchased at a time";
  const auto* op = only<PurchaseData>(body);
  if (op == nullptr || op->order_id.value() != *order_id)
    return fmt::format("signed_tx is not one purchaseData of {}", id);
  const auto found = find_order(state, *order_id);
  if (!found) return "Order doesn't exist";
  if (found->order.status != Order::Status::open) return "Already purchased";
  if (op->amount < found->order.price) return "NEO required: " + token_text(found->order.price);
  return std::nullopt;
}

}  // namespace generion::rpc::identity
