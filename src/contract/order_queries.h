// What can be asked about orders: pure functions over one version of the state.
//
//   OrderFilter filter;
//   filter.status = Order::Status::open;
//   auto page = list_orders(state, filter, OrderId(0), 100);
//   while (page.resume) page = list_orders(state, filter, *page.resume, 100);
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "contract/market_objects.h"
#include "contract/state.h"

namespace generion::contract {

// An order with the addresses that it refers to.
struct FoundOrder {
  OrderId id;
  Order order;
  Address seller;
  std::optional<Address> buyer;
  friend bool operator==(const FoundOrder&, const FoundOrder&) = default;
};

// Where the bytes of an order's text are, while the order has not ended.
std::optional<AttachmentId> order_text(const Order& order);
// Whether what was delivered as opaque data is still kept, by the time of the state's block.
bool is_retained(const Order& order, TimeMs time);

std::optional<FoundOrder> find_order(const StateReader& state, OrderId id);

// All that are given must hold.
struct OrderFilter {
  std::optional<Order::Status> status;
  std::optional<std::string> type;  // one of the records has it
  std::optional<UserId> seller;
  std::optional<UserId> buyer;
  std::optional<RecordId> record;
  std::uint64_t price_min = 0;
  std::uint64_t price_max = UINT64_MAX;
};

bool matches(const OrderFilter& filter, const Order& order);

// A page looks at so many orders at most.
inline constexpr std::size_t kOrdersScannedMax = 10'000;

// Ascending by id. `resume`: where the next page goes on, after this id, whether an order of it
// matches or not; nullopt when the list ends here. A page can have few orders, or none, and go on.
struct OrderPage {
  std::vector<FoundOrder> orders;
  std::optional<OrderId> resume;
};

// Orders that match, after the given one, which need not match itself or exist; at most `limit` > 0
// of them. Looks through the shortest of the lists that hold all matches: a record's, a buyer's or
// a seller's orders, those of a status, or all.
OrderPage list_orders(const StateReader& state, const OrderFilter& filter, OrderId after,
                      std::size_t limit);

// The same, ids alone.
struct OrderIdPage {
  std::vector<OrderId> ids;
  std::optional<OrderId> resume;
};
OrderIdPage list_order_ids(const StateReader& state, const OrderFilter& filter, OrderId after,
                           std::size_t limit);

}  // namespace generion::contract
