// purchaseData, deliverOrder: the exchange of tokens for access.
#include <fmt/core.h>

#include <algorithm>
#include <limits>

#include "contract/operations/call.h"
#include "contract/tokens.h"

namespace generion::contract {
namespace {

Result<void> check_purchase(const Order& order, const PurchaseData& op, UserId buyer) {
  const std::uint64_t id = op.order_id.value();
  if (order.status != Order::Status::open) {
    return fail(Code::order_not_open, fmt::format("order {} is {}; only an open one can be bought",
                                                  id, status_name(order.status)));
  }
  if (order.seller == buyer) {
    return fail(Code::is_seller, fmt::format("order {} is the sender's own; somebody else has to "
                                             "buy it",
                                             id));
  }
  if (op.amount < order.price) {
    return fail(Code::amount_too_low, fmt::format("order {} costs {} and the amount is {}; give at "
                                                  "least the price, and no more is taken",
                                                  id, order.price, op.amount));
  }
  return {};
}

// That the order waits for this seller, now.
Result<void> check_awaited(const Call& call, const Order& order, OrderId id, UserId seller) {
  if (auto ok = check_seller(order, id, seller); !ok) return ok;
  if (order.status != Order::Status::purchased) {
    return fail(Code::order_not_purchased,
                fmt::format("order {} is {}; only a purchased one can be delivered", id.value(),
                            status_name(order.status)));
  }
  if (call.block.time >= *order.deadline) {
    return fail(Code::deadline_passed,
                fmt::format("order {} had to be delivered before {} ms and it is {} ms; the buyer "
                            "is refunded",
                            id.value(), order.deadline->value(), call.block.time.value()));
  }
  return {};
}

// That it is for the buyer's key, and for the order's records in their order.
Result<void> check_match(const Order& order, const DeliverOrder& op) {
  if (op.pub_key != order.buyer_key) {
    return fail(Code::delivery_mismatch,
                fmt::format("pub_key is not the one that order {} was bought with; use buyer_key "
                            "of getOrder",
                            op.order_id.value()));
  }
  const auto same = [](const Delivery& delivery, RecordId id) { return delivery.record_id == id; };
  if (!std::equal(op.deliveries.begin(), op.deliveries.end(), order.records.begin(),
                  order.records.end(), same)) {
    return fail(Code::delivery_mismatch,
                fmt::format("the deliveries are not for the {} records of order {}, each once and "
                            "in its order",
                            order.records.size(), op.order_id.value()));
  }
  return {};
}

Result<void> check_access(const Record& record, const Delivery& delivery) {
  const std::uint64_t id = delivery.record_id.value();
  const auto* relocking = std::get_if<Relocking>(&delivery.access);
  if (relocking == nullptr) {
    if (!record.lock) return {};
    return fail(Code::is_capsule,
                fmt::format("record {} is a capsule; deliver its lock, moved with a proof", id));
  }
  if (!record.lock) {
    return fail(Code::not_capsule,
                fmt::format("record {} is opaque data without a lock; deliver it encrypted to the "
                            "buyer's key",
                            id));
  }
  if (relocking->from_key != record.data_pub_key || relocking->from_lock != *record.lock) {
    return fail(Code::lock_mismatch,
                fmt::format("the delivery of record {} is proven from another key or lock than the "
                            "record holds now; make it again",
                            id));
  }
  return {};
}

std::uint64_t add_up_to_most(std::uint64_t a, std::uint64_t b) {
  return b > std::numeric_limits<std::uint64_t>::max() - a
             ? std::numeric_limits<std::uint64_t>::max()
             : a + b;
}

// The records are sold: their statistics, histories, and how long they must stay.
void note_sold(Call& call, OrderId id, const Order& order) {
  const std::uint64_t each = order.price / order.records.size();
  std::uint64_t value = each + order.price % order.records.size();  // the first's
  for (const RecordId record_id : order.records) {
    Record& record = call.state.change_record(record_id);
    record.held_until = std::max(record.held_until, *order.retention_end);
    Cell& cell = cell_of(call.state, call.block, record);
    ++cell.sold;
    cell.value = add_up_to_most(cell.value, value);
    value = each;
    call.state.add_history(record_id, history_entry(call, RecordChange::delivered, id.value()));
  }
}

// Returns whether something opaque was delivered.
bool file_deliveries(Call& call, Order& order, const DeliverOrder& op) {
  bool is_opaque = false;
  order.deliveries.reserve(op.deliveries.size());
  for (const Delivery& delivery : op.deliveries) {
    if (const auto* relocking = std::get_if<Relocking>(&delivery.access)) {
      order.deliveries.emplace_back(relocking->lock);
    } else {
      const auto& data = std::get<AttachmentRef>(delivery.access);
      order.deliveries.emplace_back(OpaqueAccess{data, call.file_attachment()});
      is_opaque = true;
    }
  }
  return is_opaque;
}

}  // namespace

Result<void> apply_operation(Call& call, const PurchaseData& op) {
  const auto buyer = user_sender(call);
  if (!buyer) return fail(buyer.error());
  const auto found = existing_order(call, op.order_id);
  if (!found) return fail(found.error());
  if (auto ok = check_purchase(**found, op, *buyer); !ok) return ok;
  if (auto ok = hold_tokens(call.state, *buyer, (*found)->price); !ok) return ok;

  Order& order = call.state.change_order(op.order_id);
  call.state.set_order_status(op.order_id, Order::Status::purchased);
  order.buyer = *buyer;
  order.buyer_key = op.pub_key;
  order.deadline = call.block.time.plus(call.state.parameters().delivery_window_ms);
  call.state.add_due({*order.deadline, DueKind::order_deadline, op.order_id.value()});
  call.state.put_row(list_key(IdList::buyer_orders, buyer->value(), op.order_id.value()), Bytes());
  ++call.state.change_user(*buyer).purchase_count;
  --call.state.change_user(order.seller).open_order_count;
  for (const RecordId record_id : order.records) {
    Record& record = call.state.change_record(record_id);
    std::erase(record.open_orders, op.order_id);
    record.held_until = std::max(record.held_until, *order.deadline);
    call.state.add_history(record_id,
                           history_entry(call, RecordChange::purchased, op.order_id.value()));
  }
  note_account(call, *buyer, AccountChange::escrowed, order.price, order.seller,
               op.order_id.value());
  return {};
}

Result<void> apply_operation(Call& call, const DeliverOrder& op) {
  const auto seller = user_sender(call);
  if (!seller) return fail(seller.error());
  const auto found = existing_order(call, op.order_id);
  if (!found) return fail(found.error());
  if (auto ok = check_awaited(call, **found, op.order_id, *seller); !ok) return ok;
  if (auto ok = check_match(**found, op); !ok) return ok;
  for (const Delivery& delivery : op.deliveries) {
    const auto record = living_record(call, delivery.record_id);
    if (!record) return fail(record.error());
    if (auto ok = check_access(**record, delivery); !ok) return ok;
  }
  if (auto ok = release_tokens(call.state, *seller, (*found)->price); !ok) return ok;

  Order& order = call.state.change_order(op.order_id);
  call.state.set_order_status(op.order_id, Order::Status::delivered);
  call.state.remove_due({*order.deadline, DueKind::order_deadline, op.order_id.value()});
  order.closed_at = call.block.time;
  order.retention_end = call.block.time.plus(call.state.parameters().retention_ms);
  if (file_deliveries(call, order, op)) {
    call.state.add_due({*order.retention_end, DueKind::retention_end, op.order_id.value()});
  }
  if (order.text) call.state.erase(order.text->filed);
  note_sold(call, op.order_id, order);
  note_account(call, *seller, AccountChange::paid, order.price, order.buyer, op.order_id.value());
  return {};
}

}  // namespace generion::contract
