#include "rpc/notification_items.h"

#include <algorithm>

#include "base/hex.h"
#include "contract/market_objects.h"
#include "contract/queries.h"
#include "types/address.h"

namespace generion::rpc {
namespace {

using contract::RecordChange;
using contract::StateReader;

// What every event has: the operation, and who caused it, or that nobody did.
JsonObject item_of(const BlockEvents& events, const Cause& cause, RecordChange change,
                   const Memory& memory) {
  JsonObject item(10, memory);
  item.emplace("operation", contract::change_operation(change));
  if (!cause) return item;
  const TransactionEvent& transaction = events.transactions[*cause];
  item.emplace("index", transaction.index);
  item.emplace("tx_id", to_hex(transaction.tx_id));
  item.emplace("by", address_text(transaction.sender));
  return item;
}

std::string user_text(const StateReader& state, UserId id) {
  const auto found = contract::find_user(state, id);
  return found ? address_text(found->user.address) : std::string();
}

void add_block(Items& items, const BlockView& block) {
  if (items.takes_next()) items.add(to_json(block.header, items.memory()).get_object());
}

void add_transactions(Items& items, const BlockEvents& events) {
  for (const TransactionEvent& event : events.transactions) {
    if (!items.takes_next()) continue;
    JsonObject item = to_json(events.block.receipts[event.index], items.memory()).get_object();
    item.emplace("index", event.index);
    item.emplace("tx_id", to_hex(event.tx_id));
    item.emplace("sender", address_text(event.sender));
    items.add(std::move(item));
  }
}

bool is_about_order(RecordChange change) {
  return change == RecordChange::offered || change == RecordChange::purchased ||
         change == RecordChange::delivered || change == RecordChange::refunded ||
         change == RecordChange::withdrawn;
}

void add_records(Items& items, const BlockEvents& events, UserId owner) {
  for (const RecordEvent& event : events.records) {
    if (event.owner != owner || !items.takes_next()) continue;
    JsonObject item = item_of(events, event.cause, event.change, items.memory());
    item.emplace("record_id", event.record.value());
    if (event.about != 0)
      item.emplace(is_about_order(event.change) ? "order_id" : "share_id", event.about);
    items.add(std::move(item));
  }
}

void add_shares(Items& items, const BlockEvents& events, UserId grantee, const StateReader& state) {
  for (const ShareEvent& event : events.shares) {
    if (event.grantee != grantee || !items.takes_next()) continue;
    JsonObject item = item_of(events, event.cause, event.change, items.memory());
    item.emplace("share_id", event.share.value());
    item.emplace("record_id", event.record.value());
    item.emplace("owner", user_text(state, event.owner));
    items.add(std::move(item));
  }
}

// The status that an order has after this.
std::string_view status_after(RecordChange change) {
  using Status = contract::Order::Status;
  if (change == RecordChange::purchased) return contract::status_name(Status::purchased);
  if (change == RecordChange::delivered) return contract::status_name(Status::delivered);
  if (change == RecordChange::refunded) return contract::status_name(Status::refunded);
  if (change == RecordChange::withdrawn) return contract::status_name(Status::withdrawn);
  return contract::status_name(Status::open);
}

// A filter whose addresses were looked up; an address of nobody matches nothing.
class OrderMatch {
 public:
  OrderMatch(const OrderFilter& filter, const StateReader& state) : filter_(filter) {
    if (filter.seller) seller_ = contract::find_user_id(state, *filter.seller);
    if (filter.buyer) buyer_ = contract::find_user_id(state, *filter.buyer);
  }

  bool operator()(const OrderEvent& event) const {
    if (filter_.seller && seller_ != event.seller) return false;
    if (filter_.buyer && (!buyer_ || buyer_ != event.buyer)) return false;
    if (!filter_.status.empty() && filter_.status != status_after(event.change)) return false;
    if (event.price < filter_.price_min || event.price > filter_.price_max) return false;
    if (filter_.record && !contains(event.records, *filter_.record)) return false;
    return filter_.type.empty() || contains(event.types, filter_.type);
  }

 private:
  template <class List, class Value>
  static bool contains(const List& list, const Value& value) {
    return std::find(list.begin(), list.end(), value) != list.end();
  }

  const OrderFilter& filter_;
  std::optional<UserId> seller_;
  std::optional<UserId> buyer_;
};

void add_orders(Items& items, const BlockEvents& events, const OrderFilter& filter,
                const StateReader& state) {
  const OrderMatch matches(filter, state);
  for (const OrderEvent& event : events.orders) {
    if (!matches(event) || !items.takes_next()) continue;
    JsonObject item = item_of(events, event.cause, event.change, items.memory());
    item.emplace("order_id", event.order.value());
    item.emplace("status", status_after(event.change));
    item.emplace("seller", user_text(state, event.seller));
    item.emplace("price", std::to_string(event.price));
    JsonArray records(items.memory());
    for (const RecordId record : event.records) records.emplace_back(record.value());
    item.emplace("record_id_list", std::move(records));
    if (event.buyer) item.emplace("buyer", user_text(state, *event.buyer));
    items.add(std::move(item));
  }
}

}  // namespace

Result<void> add_items(Items& items, const Subscription& subscription, const BlockEvents& events,
                       const Backend& backend) {
  if (subscription.topic == Topic::blocks) {
    add_block(items, events.block);
    return {};
  }
  if (subscription.topic == Topic::transactions) {
    add_transactions(items, events);
    return {};
  }
  if (events.records.empty() && events.shares.empty() && events.orders.empty()) return {};
  const auto version = backend.version(std::nullopt);
  if (!version) return fail(version.error());
  const StateReader& state = (*version)->state();
  if (subscription.topic == Topic::orders) {
    add_orders(items, events, subscription.orders, state);
    return {};
  }
  const bool is_shares = subscription.topic == Topic::shares;
  const auto user =
      contract::find_user_id(state, is_shares ? *subscription.grantee : *subscription.owner);
  if (!user) return {};
  if (is_shares) {
    add_shares(items, events, *user, state);
  } else {
    add_records(items, events, *user);
  }
  return {};
}

}  // namespace generion::rpc
