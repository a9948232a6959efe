// Orders, sales, tokens, and users' way to another key.
#include <algorithm>
#include <limits>

#include "rules.h"

namespace generion::contract::model {
namespace {

constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();

}  // namespace

Code Model::rule(const CreateOrder& op) {
  if (!user()) return Code::is_institution;
  if (world.open_orders_of(*user()) >= world.parameters.open_orders_per_user_max) {
    return Code::order_limit;
  }
  Order order;
  order.seller = *user();
  order.records = op.record_id_list;
  order.price = op.price;
  order.delivery_proven = order.made_by_institution = order.deidentified = true;
  order.created_at = now_;
  std::set<std::string> types;
  std::uint64_t capsules = 0;
  std::uint64_t opaque = 0;
  std::uint64_t opaque_bytes = 0;
  for (const RecordId id : op.record_id_list) {
    if (const Code code = own(id); code != Code::ok) return code;
    if (world.open_orders_with(id).size() >= world.parameters.orders_per_record_max) {
      return Code::order_limit;
    }
    const Record& record = *world.record(id);
    if (!record.lock) order.delivery_proven = false;
    if (!record.creator) order.made_by_institution = false;
    if (!record.deidentified) order.deidentified = false;
    if (!record.type.empty()) types.insert(record.type);
    ++(record.lock ? capsules : opaque);
    if (!record.lock) opaque_bytes += record.data.length;
  }
  if (capsules > world.parameters.proofs_max ||
      opaque_bytes > world.parameters.attachment_bytes_max ||
      147 + 281 * capsules + 53 * opaque > world.parameters.body_bytes_max) {
    return Code::not_deliverable;
  }
  order.types.assign(types.begin(), types.end());
  if (op.text) order.text = OpaqueAccess{*op.text, next_attachment()};
  world.orders.push_back(order);
  const std::uint64_t number = world.orders.size();
  world.slots.push_back(order_key(OrderId(number)));
  for (const RecordId id : op.record_id_list) history(id, RecordChange::offered, number);
  outcome_.new_ids.push_back(number);
  return Code::ok;
}

Code Model::rule(const DeleteOrder& op) {
  if (!user()) return Code::is_institution;
  Order* order = world.order(op.order_id);
  if (order == nullptr) return Code::order_not_found;
  if (order->seller != *user()) return Code::not_seller;
  if (order->status != Order::Status::open) return Code::order_not_open;
  end_order(*order, Order::Status::withdrawn);
  for (const RecordId id : order->records) {
    history(id, RecordChange::withdrawn, op.order_id.value());
  }
  return Code::ok;
}

Code Model::rule(const PurchaseData& op) {
  if (!user()) return Code::is_institution;
  Order* order = world.order(op.order_id);
  if (order == nullptr) return Code::order_not_found;
  if (order->status != Order::Status::open) return Code::order_not_open;
  if (order->seller == *user()) return Code::is_seller;
  if (op.amount < order->price) return Code::amount_too_low;
  User& buyer = world.user(*user());
  if (order->price > kMost - world.escrowed()) return Code::overflow;
  if (buyer.balance < order->price) return Code::insufficient_balance;
  buyer.balance -= order->price;
  order->status = Order::Status::purchased;
  order->buyer = *user();
  order->buyer_key = op.pub_key;
  order->deadline = TimeMs(now_.value() + world.parameters.delivery_window_ms);
  for (const RecordId id : order->records) {
    history(id, RecordChange::purchased, op.order_id.value());
  }
  account(*user(), AccountChange::escrowed, order->price, order->seller, op.order_id.value());
  return Code::ok;
}

Code Model::rule(const DeliverOrder& op) {
  if (!user()) return Code::is_institution;
  Order* order = world.order(op.order_id);
  if (order == nullptr) return Code::order_not_found;
  if (order->seller != *user()) return Code::not_seller;
  if (order->status != Order::Status::purchased) return Code::order_not_purchased;
  if (now_ >= *order->deadline) return Code::deadline_passed;
  std::vector<RecordId> delivered;
  for (const Delivery& delivery : op.deliveries) delivered.push_back(delivery.record_id);
  if (op.pub_key != order->buyer_key || delivered != order->records) {
    return Code::delivery_mismatch;
  }
  for (const Delivery& delivery : op.deliveries) {
    const Code code = check_access(*world.record(delivery.record_id), delivery.access);
    if (code != Code::ok) return code;
  }
  User& seller = world.user(*user());
  if (order->price > kMost - seller.balance) return Code::overflow;
  seller.balance += order->price;
  order->retention_end = TimeMs(now_.value() + world.parameters.retention_ms);
  end_order(*order, Order::Status::delivered);
  for (const Delivery& delivery : op.deliveries) {
    order->deliveries.push_back(take_access(delivery.access));
    history(delivery.record_id, RecordChange::delivered, op.order_id.value());
  }
  account(*user(), AccountChange::paid, order->price, order->buyer, op.order_id.value());
  return Code::ok;
}

Code Model::rule(const Transfer& op) {
  if (!user()) return Code::is_institution;
  const auto to = user_at(op.to);
  if (!to) return Code::user_not_found;
  if (*to == *user()) return Code::same_user;
  if (world.user(*user()).balance < op.amount) return Code::insufficient_balance;
  if (op.amount > kMost - world.user(*to).balance) return Code::overflow;
  world.user(*user()).balance -= op.amount;
  world.user(*to).balance += op.amount;
  account(*user(), AccountChange::transfer_out, op.amount, *to);
  account(*to, AccountChange::transfer_in, op.amount, *user());
  return Code::ok;
}

Code Model::rule(const SetRecoveryKey& op) {
  if (!user()) return Code::is_institution;
  User& user_of_key = world.user(*user());
  const Identity identity = world.whose(op.key);
  const bool is_his_already = identity == Identity(RecoveryOf{*user()});
  if (!is_his_already && !std::holds_alternative<std::monostate>(identity)) {
    return Code::address_taken;
  }
  user_of_key.recovery = User::Recovery{op.key, op.delay_ms};
  return Code::ok;
}

Code Model::rule(const MoveUser& op) {
  const bool is_free = std::holds_alternative<std::monostate>(world.whose(op.new_key));
  if (const auto* by = std::get_if<RecoveryOf>(&sender_)) {
    User& moved = world.user(by->user);
    if (op.usr_adr != moved.address) return Code::wrong_key;
    if (moved.pending_move) return Code::move_pending;
    if (!is_free) return Code::address_taken;
    if (moved.recovery->delay_ms > kMost - now_.value()) return Code::overflow;
    moved.pending_move = User::Move{op.new_key, TimeMs(now_.value() + moved.recovery->delay_ms)};
    return Code::ok;
  }
  if (!user()) return Code::is_institution;
  if (op.usr_adr != address_ || op.usr_adr != world.user(*user()).address) return Code::wrong_key;
  if (!is_free) return Code::address_taken;
  move(*user(), op.new_key);
  return Code::ok;
}

Code Model::rule(const CancelMove& /*op*/) {
  if (!user()) return Code::is_institution;
  if (!world.user(*user()).pending_move) return Code::no_move_pending;
  world.user(*user()).pending_move.reset();
  return Code::ok;
}

void Model::end_order(Order& order, Order::Status status) {
  order.status = status;
  order.closed_at = now_;
  if (order.text) traces_.erasures.push_back(order.text->filed);
}

void Model::move(UserId id, const Address& key) {
  world.user(id).pending_move.reset();
  world.user(id).address = key;
  account(id, AccountChange::moved, 0, std::nullopt);
}

}  // namespace generion::contract::model
