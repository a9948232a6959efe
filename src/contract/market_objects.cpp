#include "contract/market_objects.h"

#include "base/limits.h"
#include "contract/object_fields.h"

namespace generion::contract {
namespace {

Bytes opaque_fields(const OpaqueAccess& access) {
  return CanonicalWriter()
      .element(1, data_fields(access.data))
      .element(2, filed_fields(access.filed))
      .take();
}

Result<OpaqueAccess> read_opaque(ByteView bytes, std::string_view message) {
  CanonicalReader in(bytes, message);
  const auto data = in.element(1, "data");
  const auto filed = in.element(2, "filed");
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  if (!data || !filed) {
    return fail(Code::malformed, fmt::format("{}: data or filed is missing", message));
  }
  auto ref = read_data(*data, message);
  if (!ref) return fail(ref.error());
  auto place = read_filed(*filed, message);
  if (!place) return fail(place.error());
  return OpaqueAccess{*ref, *place};
}

// Message Access: a lock or opaque data.
Bytes access_fields(const Access& access) {
  CanonicalWriter out;
  if (const Lock* lock = std::get_if<Lock>(&access)) {
    out.fixed(1, *lock);
  } else {
    out.element(2, opaque_fields(std::get<OpaqueAccess>(access)));
  }
  return out.take();
}

Result<Access> read_access(ByteView bytes, std::string_view message) {
  CanonicalReader in(bytes, message);
  const auto lock = in.optional_fixed<Lock>(1, "lock");
  const auto opaque = in.element(2, "opaque");
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  if (lock.has_value() == opaque.has_value()) {
    return fail(Code::malformed,
                fmt::format("{}: takes a lock or opaque data, one of the two", message));
  }
  if (lock) return *lock;
  return read_opaque(*opaque, message);
}

}  // namespace

std::string_view status_name(Share::Status status) {
  switch (status) {
    case Share::Status::living:
      return "living";
    case Share::Status::revoked:
      return "revoked";
    case Share::Status::expired:
      return "expired";
    case Share::Status::replaced:
      return "replaced";
    case Share::Status::record_deleted:
      return "record_deleted";
  }
  return "unknown";
}

std::string_view status_name(Order::Status status) {
  switch (status) {
    case Order::Status::open:
      return "open";
    case Order::Status::purchased:
      return "purchased";
    case Order::Status::delivered:
      return "delivered";
    case Order::Status::refunded:
      return "refunded";
    case Order::Status::withdrawn:
      return "withdrawn";
  }
  return "unknown";
}

Bytes encode_share(const Share& share) {
  return CanonicalWriter()
      .uint(1, share.record.value())
      .uint(2, share.owner.value())
      .uint(3, share.grantee.value())
      .fixed(4, share.data_pub_key)
      .element(5, access_fields(share.access))
      .uint(6, number_or_zero(share.expires_at))
      .uint(7, share.created_at.value())
      .uint(8, static_cast<std::uint64_t>(share.status))
      .uint(9, number_or_zero(share.closed_at))
      .take();
}

Result<Share> decode_share(ByteView bytes) {
  CanonicalReader in(bytes, "share");
  Share out;
  out.record = RecordId(in.uint(1, "record"));
  out.owner = UserId(in.uint(2, "owner"));
  out.grantee = UserId(in.uint(3, "grantee"));
  out.data_pub_key = in.fixed<ReaderKey>(4, "data_pub_key");
  const auto access = in.element(5, "access");
  out.expires_at = id_unless_zero<TimeMs>(in.uint(6, "expires_at_ms"));
  out.created_at = TimeMs(in.uint(7, "created_at_ms"));
  const std::uint64_t status = in.uint(8, "status");
  out.closed_at = id_unless_zero<TimeMs>(in.uint(9, "closed_at_ms"));
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  if (!access) return fail(Code::malformed, "share: access is missing");
  auto read = read_access(*access, "share: access");
  if (!read) return fail(read.error());
  out.access = *read;
  const auto known = read_enum(status, Share::Status::record_deleted, "share: status");
  if (!known) return fail(known.error());
  out.status = *known;
  return out;
}

Bytes encode_order(const Order& order) {
  CanonicalWriter out;
  out.uint(1, order.seller.value()).packed(2, numbers_of(order.records)).uint(3, order.price);
  if (order.text) out.element(4, opaque_fields(*order.text));
  out.flag(5, order.delivery_proven).flag(6, order.made_by_institution).flag(7, order.deidentified);
  for (const std::string& type : order.types) out.element(8, type);
  out.uint(9, order.created_at.value())
      .uint(10, static_cast<std::uint64_t>(order.status))
      .uint(11, number_or_zero(order.buyer));
  if (order.buyer_key) out.fixed(12, *order.buyer_key);
  out.uint(13, number_or_zero(order.deadline)).uint(14, number_or_zero(order.retention_end));
  for (const Access& access : order.deliveries) out.element(15, access_fields(access));
  out.uint(16, number_or_zero(order.closed_at));
  return out.take();
}

Result<Order> decode_order(ByteView bytes) {
  CanonicalReader in(bytes, "order");
  Order out;
  out.seller = UserId(in.uint(1, "seller"));
  out.records = ids_of<RecordId>(in.packed(2, "records", limits::kRecordsPerOrderMax));
  out.price = in.uint(3, "price");
  const auto text = in.element(4, "text");
  out.delivery_proven = in.flag(5, "delivery_proven");
  out.made_by_institution = in.flag(6, "made_by_institution");
  out.deidentified = in.flag(7, "deidentified");
  for (const ByteView type : in.elements(8, "types", limits::kRecordsPerOrderMax)) {
    out.types.emplace_back(type);
  }
  out.created_at = TimeMs(in.uint(9, "created_at_ms"));
  const std::uint64_t status = in.uint(10, "status");
  out.buyer = id_unless_zero<UserId>(in.uint(11, "buyer"));
  out.buyer_key = in.optional_fixed<ReaderKey>(12, "buyer_key");
  out.deadline = id_unless_zero<TimeMs>(in.uint(13, "deadline_ms"));
  out.retention_end = id_unless_zero<TimeMs>(in.uint(14, "retention_end_ms"));
  const auto deliveries = in.elements(15, "deliveries", limits::kRecordsPerOrderMax);
  out.closed_at = id_unless_zero<TimeMs>(in.uint(16, "closed_at_ms"));
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  const auto known = read_enum(status, Order::Status::withdrawn, "order: status");
  if (!known) return fail(known.error());
  out.status = *known;
  if (text) {
    auto read = read_opaque(*text, "order: text");
    if (!read) return fail(read.error());
    out.text = *read;
  }
  for (const ByteView element : deliveries) {
    auto access = read_access(element, "order: delivery");
    if (!access) return fail(access.error());
    out.deliveries.push_back(*access);
  }
  return out;
}

}  // namespace generion::contract
