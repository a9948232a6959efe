// Sequences' operations about orders.
#include <algorithm>
#include <limits>

#include "operations.h"

namespace generion::contract::model {
namespace {

OrderId order_in(const Scene& scene, const Step& step) {
  return OrderId(scene.labels.id_of(step.find("order").value_or(Value())));
}

void draw_create_order(Drawing& drawing, Step& step) {
  step.add("as", drawing.new_label('o'));
  for (std::uint64_t n = 1 + drawing.source.below(4); n > 0; --n) {
    const Value record = drawing.my_record();
    const auto chosen = step.all("record");
    if (std::find(chosen.begin(), chosen.end(), record) == chosen.end()) {
      step.add("record", record);
    }
  }
  const bool dear = drawing.source.one_in(8);
  step.add("price", dear ? drawing.an_amount() : drawing.any('n', 300));
  if (drawing.source.one_in(3)) step.add("text", drawing.any('b', 9));
}

Operation make_create_order(const Scene& scene, const Step& step) {
  CreateOrder op;
  for (const Value record : step.all("record")) {
    op.record_id_list.emplace_back(scene.labels.id_of(record));
  }
  op.price = step.number("price", 1);
  if (step.has("text")) op.text = data_in(step, "text");
  return op;
}

void draw_delete_order(Drawing& drawing, Step& step) {
  const auto me = drawing.user();
  step.add("order", drawing.an_order([&](const Order& order) {
    return order.seller == me && order.status == Order::Status::open;
  }));
}

Operation make_delete_order(const Scene& scene, const Step& step) {
  return DeleteOrder{order_in(scene, step)};
}

void draw_purchase_data(Drawing& drawing, Step& step) {
  const auto me = drawing.user();
  step.add("order", drawing.an_order([&](const Order& order) {
    return order.seller != me && order.status == Order::Status::open;
  }));
  step.add("key", drawing.any('k', 100));
  if (drawing.source.one_in(8)) step.add("less", drawing.number(1));
  if (drawing.source.one_in(8)) step.add("more", drawing.any('n', 9));
}

// The amount is the price, `more=` or `less=`.
Operation make_purchase_data(const Scene& scene, const Step& step) {
  PurchaseData op;
  op.order_id = order_in(scene, step);
  op.pub_key = reader_key_in(step, "key");
  const Order* order = scene.world().order(op.order_id);
  op.amount = order != nullptr ? order->price : 1;
  op.amount -= std::min(op.amount, step.number("less"));
  op.amount += std::min(std::numeric_limits<std::uint64_t>::max() - op.amount, step.number("more"));
  return op;
}

void draw_deliver_order(Drawing& drawing, Step& step) {
  const auto me = drawing.user();
  step.add("order", drawing.an_order([&](const Order& order) {
    return order.seller == me && order.status == Order::Status::purchased;
  }));
  step.add("lock", drawing.any('l', 100)).add("data", drawing.any('b', 30));
  if (drawing.source.one_in(5)) step.add("flaw", drawing.any('n', 6));
}

void spoil(DeliverOrder& op, std::uint64_t flaw) {
  Delivery& first = op.deliveries.front();
  auto* relocking = std::get_if<Relocking>(&first.access);
  switch (flaw) {
    case 1:
      op.pub_key = reader_key_of({'k', 200});
      break;
    case 2:
      if (op.deliveries.size() > 1) op.deliveries.pop_back();
      break;
    case 3:
      std::reverse(op.deliveries.begin(), op.deliveries.end());
      break;
    case 4:
      if (relocking != nullptr) {
        first.access = AttachmentRef{Hash(), 1};
      } else {
        first.access = Relocking();
      }
      break;
    case 5:
      if (relocking != nullptr) relocking->from_lock = lock_of({'l', 200});
      break;
    case 6:
      op.deliveries.push_back(first);
      break;
    default:
      break;
  }
}

// Each of the order's records in the way that it takes, with the `flaw=` of spoil().
Operation make_deliver_order(const Scene& scene, const Step& step) {
  DeliverOrder op;
  op.order_id = order_in(scene, step);
  const Order* order = scene.world().order(op.order_id);
  if (order != nullptr && order->buyer_key) op.pub_key = *order->buyer_key;
  for (const RecordId id : order != nullptr ? order->records : std::vector{RecordId(1)}) {
    const Record* record = scene.world().record(id);
    Step access{"", {}};
    const bool capsule = record != nullptr && record->lock;
    const std::string_view name = capsule ? "lock" : "data";
    access.add(name, step.find(name).value_or(Value{capsule ? 'l' : 'b', 1}));
    op.deliveries.push_back({id, access_in(access, record)});
  }
  spoil(op, step.number("flaw"));
  return op;
}

constexpr OperationKind kOperations[] = {
    {"createOrder", "u", 7, draw_create_order, make_create_order},
    {"deleteOrder", "u", 1, draw_delete_order, make_delete_order},
    {"purchaseData", "u", 8, draw_purchase_data, make_purchase_data},
    {"deliverOrder", "u", 6, draw_deliver_order, make_deliver_order},
};

}  // namespace

std::span<const OperationKind> market_operations() {
  return kOperations;
}

}  // namespace generion::contract::model
