// What befalls orders by itself: refunds, and the end of the retention.
#include "base/assert.h"
#include "contract/due_handlers.h"
#include "contract/tokens.h"

namespace generion::contract {
namespace {

void note_refund(DueCall& call, UserId account, const Order& order, UserId other, OrderId id) {
  AccountEntry entry;
  entry.position = call.position();
  entry.change = AccountChange::refunded;
  entry.time = call.block.time;
  entry.amount = order.price;
  entry.other = other;
  entry.about = id.value();
  call.state.add_account(account, entry);
}

}  // namespace

Result<void> refund_order(DueCall& call, OrderId id) {
  Order& order = call.state.change_order(id);
  GENERION_ASSERT(order.status == Order::Status::purchased);
  if (auto ok = release_tokens(call.state, *order.buyer, order.price); !ok) return ok;
  call.state.set_order_status(id, Order::Status::refunded);
  order.closed_at = call.block.time;
  if (order.text) call.state.erase(order.text->filed);
  ++call.state.change_user(order.seller).failed_deliveries;
  for (const RecordId record : order.records) {
    HistoryEntry entry;
    entry.position = call.position();
    entry.change = RecordChange::refunded;
    entry.time = call.block.time;
    entry.about = id.value();
    call.state.add_history(record, entry);
  }
  note_refund(call, *order.buyer, order, order.seller, id);
  note_refund(call, order.seller, order, *order.buyer, id);
  return {};
}

Result<void> end_retention(DueCall& call, OrderId id) {
  const Order* order = call.state.find_order(id);
  GENERION_ASSERT(order != nullptr);
  for (const Access& access : order->deliveries) {
    if (const auto* opaque = std::get_if<OpaqueAccess>(&access)) call.state.erase(opaque->filed);
  }
  return {};
}

}  // namespace generion::contract
