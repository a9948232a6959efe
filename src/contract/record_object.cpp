// Records' canonical bytes, and those of where an attachment is.
#include "base/limits.h"
#include "contract/object_fields.h"
#include "contract/objects.h"

namespace generion::contract {

Bytes encode_record(const Record& record) {
  CanonicalWriter out;
  out.uint(1, record.owner.value())
      .uint(2, number_or_zero(record.creator))
      .fixed(3, record.data_pub_key);
  if (record.lock) out.fixed(4, *record.lock);
  out.element(5, data_fields(record.data));
  if (record.document) out.fixed(6, *record.document);
  out.bytes(7, record.type)
      .uint(8, number_or_zero(record.replaces))
      .flag(9, record.verified)
      .flag(10, record.deidentified)
      .uint(11, record.created_at.value())
      .element(12, filed_fields(record.filed))
      .flag(13, record.deleted)
      .uint(14, record.share_count)
      .uint(15, record.living_shares)
      .packed(16, numbers_of(record.open_orders))
      .uint(17, record.order_count)
      .uint(18, record.held_until.value());
  return out.take();
}

Result<Record> decode_record(ByteView bytes) {
  CanonicalReader in(bytes, "record");
  Record out;
  out.owner = UserId(in.uint(1, "owner"));
  out.creator = id_unless_zero<InstitutionId>(in.uint(2, "creator"));
  out.data_pub_key = in.fixed<ReaderKey>(3, "data_pub_key");
  out.lock = in.optional_fixed<Lock>(4, "lock");
  const auto data = in.element(5, "data");
  out.document = in.optional_fixed<Hash>(6, "document");
  out.type = Bytes(in.bytes(7, "type"));
  out.replaces = id_unless_zero<RecordId>(in.uint(8, "replaces"));
  out.verified = in.flag(9, "verified");
  out.deidentified = in.flag(10, "deidentified");
  out.created_at = TimeMs(in.uint(11, "created_at_ms"));
  const auto filed = in.element(12, "filed");
  out.deleted = in.flag(13, "deleted");
  out.share_count = in.uint(14, "share_count");
  out.living_shares = in.uint(15, "living_shares");
  out.open_orders = ids_of<OrderId>(in.packed(16, "open_orders", limits::kOrdersPerRecordMax));
  out.order_count = in.uint(17, "order_count");
  out.held_until = TimeMs(in.uint(18, "held_until_ms"));
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  if (!data || !filed) return fail(Code::malformed, "record: data or filed is missing");
  auto ref = read_data(*data, "record: data");
  if (!ref) return fail(ref.error());
  out.data = *ref;
  auto place = read_filed(*filed, "record: filed");
  if (!place) return fail(place.error());
  out.filed = *place;
  return out;
}

Bytes data_fields(const AttachmentRef& ref) {
  return CanonicalWriter().fixed(1, ref.hash).uint(2, ref.length).take();
}

Result<AttachmentRef> read_data(ByteView bytes, std::string_view message) {
  CanonicalReader in(bytes, message);
  const AttachmentRef out{in.fixed<Hash>(1, "hash"), in.uint(2, "length")};
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  return out;
}

Bytes filed_fields(const AttachmentId& filed) {
  return CanonicalWriter()
      .uint(1, filed.height.value())
      .uint(2, filed.transaction)
      .uint(3, filed.number)
      .take();
}

Result<AttachmentId> read_filed(ByteView bytes, std::string_view message) {
  CanonicalReader in(bytes, message);
  const Height height(in.uint(1, "height"));
  const std::uint64_t transaction = in.uint(2, "transaction");
  const std::uint64_t number = in.uint(3, "attachment");
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  if (transaction > UINT32_MAX || number > UINT32_MAX) {
    return fail(Code::malformed,
                fmt::format("{}: transaction and attachment take at most 32 bits each", message));
  }
  return AttachmentId{height, static_cast<std::uint32_t>(transaction),
                      static_cast<std::uint32_t>(number)};
}

}  // namespace generion::contract
