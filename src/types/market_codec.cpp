// The canonical bytes of the operations about orders.
#include <fmt/core.h>

#include "types/operation_fields.h"

namespace generion {

Bytes operation_fields(const CreateOrder& op) {
  CanonicalWriter out;
  std::vector<std::uint64_t> ids;
  for (const RecordId id : op.record_id_list) ids.push_back(id.value());
  out.packed(1, ids).uint(2, op.price);
  if (op.text) out.element(3, attachment_ref_fields(*op.text));
  return out.take();
}

Result<CreateOrder> read_operation(ByteView bytes, Read<CreateOrder>) {
  CanonicalReader in(bytes, "createOrder");
  CreateOrder op;
  for (const std::uint64_t id : in.packed(1, "record_id_list", limits::kRecordsPerOrderMax)) {
    op.record_id_list.push_back(RecordId(id));
  }
  op.price = in.uint(2, "price");
  const auto text = in.element(3, "text");
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  if (op.record_id_list.empty()) {
    return fail(Code::bad_argument, "createOrder: record_id_list names no record");
  }
  if (has_duplicate(op.record_id_list)) {
    return fail(Code::bad_argument, "createOrder: record_id_list names a record twice");
  }
  if (op.price == 0) {
    return fail(Code::bad_argument, "createOrder: price is 0; it takes at least 1");
  }
  if (text) {
    auto ref = read_attachment_ref(*text, "createOrder: text", limits::kOrderTextBytesMax);
    if (!ref) return fail(ref.error());
    op.text = *ref;
  }
  return op;
}

Bytes operation_fields(const DeleteOrder& op) {
  return CanonicalWriter().uint(1, op.order_id.value()).take();
}

Result<DeleteOrder> read_operation(ByteView bytes, Read<DeleteOrder>) {
  CanonicalReader in(bytes, "deleteOrder");
  const DeleteOrder op{OrderId(in.uint(1, "order_id"))};
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  return op;
}

Bytes operation_fields(const PurchaseData& op) {
  return CanonicalWriter()
      .uint(1, op.order_id.value())
      .fixed(2, op.pub_key)
      .uint(3, op.amount)
      .take();
}

Result<PurchaseData> read_operation(ByteView bytes, Read<PurchaseData>) {
  CanonicalReader in(bytes, "purchaseData");
  PurchaseData op;
  op.order_id = OrderId(in.uint(1, "order_id"));
  op.pub_key = in.fixed<ReaderKey>(2, "pub_key");
  op.amount = in.uint(3, "amount");
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  return op;
}

Bytes operation_fields(const DeliverOrder& op) {
  CanonicalWriter out;
  out.uint(1, op.order_id.value()).fixed(2, op.pub_key);
  for (const Delivery& delivery : op.deliveries) {
    CanonicalWriter item;
    item.uint(1, delivery.record_id.value());
    write_access(item, 2, 3, delivery.access);
    out.element(3, item.take());
  }
  return out.take();
}

Result<DeliverOrder> read_operation(ByteView bytes, Read<DeliverOrder>) {
  CanonicalReader in(bytes, "deliverOrder");
  DeliverOrder op;
  op.order_id = OrderId(in.uint(1, "order_id"));
  op.pub_key = in.fixed<ReaderKey>(2, "pub_key");
  const auto deliveries = in.elements(3, "delivery", limits::kRecordsPerOrderMax);
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  if (deliveries.empty()) return fail(Code::bad_argument, "deliverOrder: delivers no record");
  for (const ByteView element : deliveries) {
    CanonicalReader item(element, "deliverOrder: delivery");
    const RecordId id(item.uint(1, "record_id"));
    const auto relocking = item.element(2, "relocking");
    const auto data = item.element(3, "data");
    if (auto ok = item.finish(); !ok) return fail(ok.error());
    auto access = read_access(relocking, data, "deliverOrder: relocking", "deliverOrder: data");
    if (!access) return fail(access.error());
    op.deliveries.push_back({id, *access});
  }
  return op;
}

}  // namespace generion
