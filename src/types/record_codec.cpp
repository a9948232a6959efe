// The canonical bytes of the operations about records and shares, and of what they hold.
#include <fmt/core.h>

#include "types/operation_fields.h"

namespace generion {

Bytes attachment_ref_fields(const AttachmentRef& ref) {
  return CanonicalWriter().fixed(1, ref.hash).uint(2, ref.length).take();
}

Result<AttachmentRef> read_attachment_ref(ByteView bytes, std::string_view message,
                                          std::size_t max_bytes) {
  CanonicalReader in(bytes, message);
  AttachmentRef ref{in.fixed<Hash>(1, "hash"), in.uint(2, "length")};
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  if (ref.length == 0) return fail(Code::bad_attachment, fmt::format("{} is empty", message));
  if (ref.length > max_bytes) {
    return fail(Code::too_large, fmt::format("{} has {} bytes; at most {} are taken", message,
                                             ref.length, max_bytes));
  }
  return ref;
}

Bytes relocking_fields(const Relocking& relocking) {
  return CanonicalWriter()
      .fixed(1, relocking.from_key)
      .fixed(2, relocking.from_lock)
      .fixed(3, relocking.lock)
      .fixed(4, relocking.proof)
      .take();
}

Result<Relocking> read_relocking(ByteView bytes, std::string_view message) {
  CanonicalReader in(bytes, message);
  Relocking out;
  out.from_key = in.fixed<ReaderKey>(1, "from_key");
  out.from_lock = in.fixed<Lock>(2, "from_lock");
  out.lock = in.fixed<Lock>(3, "lock");
  out.proof = in.fixed<RelockProof>(4, "proof");
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  return out;
}

Bytes operation_fields(const CreateRecord& op) {
  CanonicalWriter out;
  out.fixed(1, op.usr_adr).fixed(2, op.data_pub_key);
  if (op.lock) out.fixed(3, *op.lock);
  out.element(4, attachment_ref_fields(op.data));
  if (op.document) out.fixed(5, *op.document);
  out.bytes(6, op.type);
  if (op.replaces) out.uint(7, op.replaces->value());
  out.flag(8, op.deidentified);
  return out.take();
}

Result<CreateRecord> read_operation(ByteView bytes, Read<CreateRecord>) {
  CanonicalReader in(bytes, "createRecord");
  CreateRecord op;
  op.usr_adr = in.fixed<Address>(1, "usr_adr");
  op.data_pub_key = in.fixed<ReaderKey>(2, "data_pub_key");
  op.lock = in.optional_fixed<Lock>(3, "lock");
  const auto data = in.element(4, "data");
  op.document = in.optional_fixed<Hash>(5, "document");
  op.type = Bytes(in.bytes(6, "type"));
  if (const std::uint64_t id = in.uint(7, "replaces")) op.replaces = RecordId(id);
  op.deidentified = in.flag(8, "deidentified");
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  if (!data) return fail(Code::malformed, "createRecord: data is missing");
  auto ref = read_attachment_ref(*data, "createRecord: data", limits::kAttachmentBytesMax);
  if (!ref) return fail(ref.error());
  op.data = *ref;
  if (op.type.size() > limits::kRecordTypeBytesMax) {
    return fail(Code::too_large,
                fmt::format("createRecord: type has {} bytes; at most {} are taken", op.type.size(),
                            limits::kRecordTypeBytesMax));
  }
  return op;
}

Bytes operation_fields(const VerifyRecord& op) {
  return packed_ids_fields(1, op.record_id);
}

Result<VerifyRecord> read_operation(ByteView bytes, Read<VerifyRecord>) {
  CanonicalReader in(bytes, "verifyRecord");
  VerifyRecord op;
  for (const std::uint64_t id : in.packed(1, "record_id", limits::kRecordsPerOperationMax)) {
    op.record_id.push_back(RecordId(id));
  }
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  if (op.record_id.empty()) return fail(Code::bad_argument, "verifyRecord: record_id names none");
  if (has_duplicate(op.record_id)) {
    return fail(Code::bad_argument, "verifyRecord: record_id names a record twice");
  }
  return op;
}

Bytes operation_fields(const DeleteRecord& op) {
  return CanonicalWriter().uint(1, op.record_id.value()).take();
}

Result<DeleteRecord> read_operation(ByteView bytes, Read<DeleteRecord>) {
  CanonicalReader in(bytes, "deleteRecord");
  const DeleteRecord op{RecordId(in.uint(1, "record_id"))};
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  return op;
}

Bytes operation_fields(const RelockRecord& op) {
  CanonicalWriter out;
  out.fixed(1, op.pub_key);
  for (const RecordRelocking& item : op.records) {
    out.element(2, CanonicalWriter()
                       .uint(1, item.record_id.value())
                       .element(2, relocking_fields(item.relocking))
                       .take());
  }
  return out.take();
}

Result<RelockRecord> read_operation(ByteView bytes, Read<RelockRecord>) {
  CanonicalReader in(bytes, "relockRecord");
  RelockRecord op;
  op.pub_key = in.fixed<ReaderKey>(1, "pub_key");
  const auto records = in.elements(2, "record", limits::kProofsMax);
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  std::vector<RecordId> ids;
  for (const ByteView element : records) {
    CanonicalReader item(element, "relockRecord: record");
    const RecordId id(item.uint(1, "record_id"));
    const auto inner = item.element(2, "relocking");
    if (auto ok = item.finish(); !ok) return fail(ok.error());
    if (!inner) return fail(Code::malformed, "relockRecord: relocking is missing");
    auto relocking = read_relocking(*inner, "relockRecord: relocking");
    if (!relocking) return fail(relocking.error());
    op.records.push_back({id, *relocking});
    ids.push_back(id);
  }
  if (ids.empty()) return fail(Code::bad_argument, "relockRecord: names no record");
  if (has_duplicate(ids)) return fail(Code::bad_argument, "relockRecord: names a record twice");
  return op;
}

Bytes operation_fields(const ShareRecord& op) {
  CanonicalWriter out;
  out.uint(1, op.record_id.value()).fixed(2, op.grantee).fixed(3, op.data_pub_key);
  write_access(out, 4, 5, op.access);
  if (op.expires_at) out.uint(6, op.expires_at->value());
  return out.take();
}

Result<ShareRecord> read_operation(ByteView bytes, Read<ShareRecord>) {
  CanonicalReader in(bytes, "shareRecord");
  ShareRecord op;
  op.record_id = RecordId(in.uint(1, "record_id"));
  op.grantee = in.fixed<Address>(2, "grantee");
  op.data_pub_key = in.fixed<ReaderKey>(3, "data_pub_key");
  const auto relocking = in.element(4, "relocking");
  const auto data = in.element(5, "data");
  if (const std::uint64_t time = in.uint(6, "expires_at_ms")) op.expires_at = TimeMs(time);
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  auto access = read_access(relocking, data, "shareRecord: relocking", "shareRecord: data");
  if (!access) return fail(access.error());
  op.access = *access;
  if (op.expires_at && op.expires_at->value() > limits::kTimeMsMax) {
    return fail(Code::bad_argument, "shareRecord: expires_at_ms is beyond any calendar");
  }
  return op;
}

Bytes operation_fields(const RevokeShare& op) {
  return CanonicalWriter().uint(1, op.share_id.value()).take();
}

Result<RevokeShare> read_operation(ByteView bytes, Read<RevokeShare>) {
  CanonicalReader in(bytes, "revokeShare");
  const RevokeShare op{ShareId(in.uint(1, "share_id"))};
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  return op;
}

void write_access(CanonicalWriter& out, std::uint32_t relocking, std::uint32_t data,
                  const std::variant<Relocking, AttachmentRef>& access) {
  if (const auto* moved = std::get_if<Relocking>(&access)) {
    out.element(relocking, relocking_fields(*moved));
  } else {
    out.element(data, attachment_ref_fields(std::get<AttachmentRef>(access)));
  }
}

Result<std::variant<Relocking, AttachmentRef>> read_access(std::optional<ByteView> relocking,
                                                           std::optional<ByteView> data,
                                                           std::string_view relocking_name,
                                                           std::string_view data_name) {
  if (relocking.has_value() == data.has_value()) {
    return fail(Code::malformed,
                fmt::format("{} or data: exactly one of the two is needed, the first for a "
                            "capsule, the second for opaque data",
                            relocking_name));
  }
  if (relocking) return read_relocking(*relocking, relocking_name);
  return read_attachment_ref(*data, data_name, limits::kAttachmentBytesMax);
}

}  // namespace generion
