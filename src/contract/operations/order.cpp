// createOrder, deleteOrder, and what becomes of the orders of a deleted record.
#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "contract/delivery.h"
#include "contract/operations/call.h"

namespace generion::contract {
namespace {

Result<const Record*> offerable(Call& call, RecordId id) {
  const auto record = living_record(call, id);
  if (!record) return record;
  if (!is_owner(call, **record)) {
    return fail(Code::not_owner, fmt::format("record {} belongs to somebody else; an order holds "
                                             "records of its seller alone",
                                             id.value()));
  }
  const std::uint64_t max = call.state.parameters().orders_per_record_max;
  if ((*record)->open_orders.size() >= max) {
    return fail(Code::order_limit,
                fmt::format("record {} is in {} open orders and this chain allows {}; delete one "
                            "of them first",
                            id.value(), (*record)->open_orders.size(), max));
  }
  return record;
}

// Adds a record to the facts that the order says of all of them.
void add_facts(Order& order, DeliverySize& size, const Record& record) {
  order.delivery_proven &= record.lock.has_value();
  order.made_by_institution &= record.creator.has_value();
  order.deidentified &= record.deidentified;
  if (!record.type.empty()) order.types.push_back(record.type);
  if (record.lock) {
    ++size.capsules;
  } else {
    ++size.opaque;
    size.opaque_bytes += record.data.length;  // each at most limits::kAttachmentBytesMax
  }
}

Result<Order> make_order(Call& call, UserId seller, const CreateOrder& op) {
  Order order;
  order.seller = seller;
  order.records = op.record_id_list;
  order.price = op.price;
  order.delivery_proven = order.made_by_institution = order.deidentified = true;
  order.created_at = call.block.time;
  DeliverySize size;
  for (const RecordId id : op.record_id_list) {
    const auto record = offerable(call, id);
    if (!record) return fail(record.error());
    add_facts(order, size, **record);
  }
  if (auto ok = check_deliverable(size, call.state.parameters()); !ok) return fail(ok.error());
  std::sort(order.types.begin(), order.types.end());
  order.types.erase(std::unique(order.types.begin(), order.types.end()), order.types.end());
  return order;
}

// An open order ends unsold. Records that `noted` holds already get no further row.
void withdraw(Call& call, OrderId id, std::set<RecordId>& noted) {
  Order& order = call.state.change_order(id);
  call.state.set_order_status(id, Order::Status::withdrawn);
  order.closed_at = call.block.time;
  if (order.text) call.state.erase(order.text->filed);
  --call.state.change_user(order.seller).open_order_count;
  for (const RecordId record : order.records) {
    std::erase(call.state.change_record(record).open_orders, id);
    if (!noted.insert(record).second) continue;
    call.state.add_history(record, history_entry(call, RecordChange::withdrawn, id.value()));
  }
}

}  // namespace

Result<const Order*> existing_order(Call& call, OrderId id) {
  if (const Order* order = call.state.find_order(id)) return order;
  return fail(Code::order_not_found, fmt::format("there is no order {}; this chain has orders up "
                                                 "to {}",
                                                 id.value(), call.state.counters().orders));
}

Result<void> check_seller(const Order& order, OrderId id, UserId user) {
  if (order.seller == user) return {};
  return fail(Code::not_seller, fmt::format("order {} is somebody else's; only its seller can do "
                                            "this",
                                            id.value()));
}

void withdraw_orders_of(Call& call, RecordId record) {
  const std::vector<OrderId> orders = call.state.find_record(record)->open_orders;
  std::set<RecordId> noted;
  for (const OrderId id : orders) withdraw(call, id, noted);
}

Result<void> apply_operation(Call& call, const CreateOrder& op) {
  const auto seller = user_sender(call);
  if (!seller) return fail(seller.error());
  const std::uint64_t max = call.state.parameters().open_orders_per_user_max;
  if (call.state.user(*seller).open_order_count >= max) {
    return fail(Code::order_limit, fmt::format("the sender has {} open orders and this chain "
                                               "allows {}; delete one of them first",
                                               call.state.user(*seller).open_order_count, max));
  }
  auto order = make_order(call, *seller, op);
  if (!order) return fail(order.error());
  if (op.text) order->text = OpaqueAccess{*op.text, call.file_attachment()};
  const OrderId id = call.state.create_order(std::move(*order));
  for (const RecordId record : op.record_id_list) {
    ++cell_of(call.state, call.block, *call.state.find_record(record)).offered;
    call.state.add_history(record, history_entry(call, RecordChange::offered, id.value()));
  }
  call.new_ids.push_back(id.value());
  return {};
}

Result<void> apply_operation(Call& call, const DeleteOrder& op) {
  const auto seller = user_sender(call);
  if (!seller) return fail(seller.error());
  const auto order = existing_order(call, op.order_id);
  if (!order) return fail(order.error());
  if (auto ok = check_seller(**order, op.order_id, *seller); !ok) return ok;
  if ((*order)->status != Order::Status::open) {
    return fail(Code::order_not_open,
                fmt::format("order {} is {}; only an open one can be deleted", op.order_id.value(),
                            status_name((*order)->status)));
  }
  std::set<RecordId> noted;
  withdraw(call, op.order_id, noted);
  return {};
}

}  // namespace generion::contract
