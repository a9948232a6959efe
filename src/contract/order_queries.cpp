#include "contract/order_queries.h"

#include <algorithm>

#include "base/assert.h"
#include "contract/queries.h"

namespace generion::contract {
namespace {

// So many candidates are read at once.
constexpr std::size_t kChunk = 256;

std::optional<Order> read_order(const StateReader& state, OrderId id) {
  const auto value = state.object(order_key(id));
  if (!value) return std::nullopt;
  auto order = decode_order(*value);
  GENERION_ASSERT(order.has_value());  // our own, under the ledger's checksums
  return std::move(*order);
}

FoundOrder found_order(const StateReader& state, OrderId id, Order order) {
  FoundOrder out{id, std::move(order), {}, std::nullopt};
  out.seller = find_user(state, out.order.seller)->user.address;
  if (out.order.buyer) out.buyer = find_user(state, *out.order.buyer)->user.address;
  return out;
}

struct List {
  IdList list;
  std::uint64_t of = 0;
};

// The orders that can match: one list's, or all up to a number.
class Candidates {
 public:
  Candidates(const StateReader& state, const OrderFilter& filter)
      : state_(state), list_(shortest(state, filter)), orders_(read_counters(state).orders) {}

  // Ascending; fewer than `limit` only at the end.
  std::vector<std::uint64_t> after(std::uint64_t id, std::size_t limit) const {
    if (list_) return list_members(state_, list_->list, list_->of, id, limit);
    std::vector<std::uint64_t> out;
    while (id < orders_ && out.size() < limit) out.push_back(++id);
    return out;
  }

 private:
  // A status' list is shorter than all, but its length is not known: any other goes before it.
  static std::optional<List> shortest(const StateReader& state, const OrderFilter& filter) {
    std::optional<List> out;
    std::uint64_t length = UINT64_MAX;
    const auto consider = [&](IdList list, std::uint64_t of, std::uint64_t count) {
      if (out && count >= length) return;
      out = List{list, of};
      length = count;
    };
    if (filter.record) {
      const auto record = find_record(state, *filter.record);
      consider(IdList::record_orders, filter.record->value(),
               record ? record->record.order_count : 0);
    }
    if (filter.buyer) {
      const auto user = find_user(state, *filter.buyer);
      consider(IdList::buyer_orders, filter.buyer->value(), user ? user->user.purchase_count : 0);
    }
    if (filter.seller) {
      const auto user = find_user(state, *filter.seller);
      consider(IdList::seller_orders, filter.seller->value(), user ? user->user.order_count : 0);
    }
    if (filter.status) {
      consider(IdList::status_orders, static_cast<std::uint64_t>(*filter.status), UINT64_MAX);
    }
    return out;
  }

  const StateReader& state_;
  const std::optional<List> list_;
  const std::uint64_t orders_;
};

// Shows the matches to `take(id, order)`; returns where to go on.
template <class Take>
std::optional<OrderId> scan(const StateReader& state, const OrderFilter& filter, OrderId after,
                            std::size_t limit, Take take) {
  GENERION_ASSERT(limit > 0);
  const Candidates candidates(state, filter);
  std::uint64_t at = after.value();
  std::size_t looked_at = 0;
  std::size_t taken = 0;
  while (looked_at < kOrdersScannedMax) {
    const std::size_t wanted = std::min(kChunk, kOrdersScannedMax - looked_at);
    const auto ids = candidates.after(at, wanted);
    for (const std::uint64_t id : ids) {
      at = id;
      ++looked_at;
      auto order = read_order(state, OrderId(id));
      GENERION_ASSERT(order.has_value());
      if (!matches(filter, *order)) continue;
      take(OrderId(id), std::move(*order));
      if (++taken < limit) continue;
      if (candidates.after(at, 1).empty()) return std::nullopt;
      return OrderId(at);
    }
    if (ids.size() < wanted) return std::nullopt;
  }
  if (candidates.after(at, 1).empty()) return std::nullopt;
  return OrderId(at);
}

}  // namespace

std::optional<AttachmentId> order_text(const Order& order) {
  const bool has_ended =
      order.status != Order::Status::open && order.status != Order::Status::purchased;
  if (!order.text || has_ended) return std::nullopt;
  return order.text->filed;
}

bool is_retained(const Order& order, TimeMs time) {
  return order.retention_end && time < *order.retention_end;
}

std::optional<FoundOrder> find_order(const StateReader& state, OrderId id) {
  auto order = read_order(state, id);
  if (!order) return std::nullopt;
  return found_order(state, id, std::move(*order));
}

bool matches(const OrderFilter& filter, const Order& order) {
  const auto holds = [](const auto& list, const auto& one) {
    return std::find(list.begin(), list.end(), one) != list.end();
  };
  if (filter.status && *filter.status != order.status) return false;
  if (filter.seller && *filter.seller != order.seller) return false;
  if (filter.buyer && filter.buyer != order.buyer) return false;
  if (order.price < filter.price_min || order.price > filter.price_max) return false;
  if (filter.type && !holds(order.types, *filter.type)) return false;
  return !filter.record || holds(order.records, *filter.record);
}

OrderPage list_orders(const StateReader& state, const OrderFilter& filter, OrderId after,
                      std::size_t limit) {
  OrderPage out;
  out.resume = scan(state, filter, after, limit, [&](OrderId id, Order order) {
    out.orders.push_back(found_order(state, id, std::move(order)));
  });
  return out;
}

OrderIdPage list_order_ids(const StateReader& state, const OrderFilter& filter, OrderId after,
                           std::size_t limit) {
  OrderIdPage out;
  out.resume = scan(state, filter, after, limit,
                    [&](OrderId id, const Order& /*order*/) { out.ids.push_back(id); });
  return out;
}

}  // namespace generion::contract
