// The canonical bytes of a transaction's body; proto/generion/v1/transaction.proto is the schema.
#include <fmt/core.h>

#include <algorithm>

#include "base/limits.h"
#include "types/canonical.h"
#include "types/transaction.h"

namespace generion {
namespace {

// Field numbers of the oneof in message Operation.
enum OperationField : std::uint32_t {
  kSetUserPubKey = 1,
  kAdmitUser = 2,
  kCreateRecord = 3,
  kVerifyRecord = 4,
  kDeleteRecord = 5,
};

struct Encoded {
  OperationField field;
  Bytes bytes;
};

Bytes encode_ref(const AttachmentRef& ref) {
  return CanonicalWriter().fixed(1, ref.hash).uint(2, ref.length).take();
}

struct Encode {
  Encoded operator()(const SetUserPubKey& op) const {
    return {kSetUserPubKey, CanonicalWriter().fixed(1, op.pub_key).take()};
  }
  Encoded operator()(const AdmitUser& op) const {
    CanonicalWriter out;
    for (const Address& address : op.usr_adr) out.fixed(1, address);
    return {kAdmitUser, out.take()};
  }
  Encoded operator()(const CreateRecord& op) const {
    CanonicalWriter out;
    out.fixed(1, op.usr_adr).fixed(2, op.data_pub_key);
    if (op.lock) out.fixed(3, *op.lock);
    out.element(4, encode_ref(op.data));
    if (op.document) out.fixed(5, *op.document);
    out.bytes(6, op.type);
    if (op.replaces) out.uint(7, op.replaces->value());
    out.flag(8, op.deidentified);
    return {kCreateRecord, out.take()};
  }
  Encoded operator()(const VerifyRecord& op) const {
    std::vector<std::uint64_t> ids;
    for (const RecordId id : op.record_id) ids.push_back(id.value());
    return {kVerifyRecord, CanonicalWriter().packed(1, ids).take()};
  }
  Encoded operator()(const DeleteRecord& op) const {
    return {kDeleteRecord, CanonicalWriter().uint(1, op.record_id.value()).take()};
  }
};

template <class T>
bool has_duplicate(std::vector<T> values) {
  std::sort(values.begin(), values.end());
  return std::adjacent_find(values.begin(), values.end()) != values.end();
}

Result<Operation> decode_set_user_pub_key(ByteView bytes) {
  CanonicalReader in(bytes, "setUserPubKey");
  const SetUserPubKey op{in.fixed<ReaderKey>(1, "pub_key")};
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  return op;
}

Result<Operation> decode_admit_user(ByteView bytes) {
  CanonicalReader in(bytes, "admitUser");
  AdmitUser op;
  for (const ByteView element : in.elements(1, "usr_adr", limits::kUsersPerAdmissionMax)) {
    const auto address = Address::from(element);
    if (!address) {
      return fail(Code::malformed,
                  fmt::format("admitUser: usr_adr has {} bytes; it takes exactly {}",
                              element.size(), Address::kSize));
    }
    op.usr_adr.push_back(*address);
  }
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  if (op.usr_adr.empty()) return fail(Code::bad_argument, "admitUser: usr_adr names nobody");
  if (has_duplicate(op.usr_adr)) {
    return fail(Code::bad_argument, "admitUser: usr_adr names somebody twice");
  }
  return op;
}

Result<AttachmentRef> decode_ref(std::optional<ByteView> bytes) {
  if (!bytes) return fail(Code::malformed, "createRecord: data is missing");
  CanonicalReader in(*bytes, "createRecord: data");
  AttachmentRef ref{in.fixed<Hash>(1, "hash"), in.uint(2, "length")};
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  if (ref.length == 0) return fail(Code::bad_attachment, "createRecord: data is empty");
  if (ref.length > limits::kAttachmentBytesMax) {
    return fail(Code::too_large,
                fmt::format("createRecord: data has {} bytes; at most {} are taken", ref.length,
                            limits::kAttachmentBytesMax));
  }
  return ref;
}

Result<Operation> decode_create_record(ByteView bytes) {
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
  auto ref = decode_ref(data);
  if (!ref) return fail(ref.error());
  op.data = *ref;
  if (op.type.size() > limits::kRecordTypeBytesMax) {
    return fail(Code::too_large,
                fmt::format("createRecord: type has {} bytes; at most {} are taken", op.type.size(),
                            limits::kRecordTypeBytesMax));
  }
  return op;
}

Result<Operation> decode_verify_record(ByteView bytes) {
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

Result<Operation> decode_delete_record(ByteView bytes) {
  CanonicalReader in(bytes, "deleteRecord");
  const DeleteRecord op{RecordId(in.uint(1, "record_id"))};
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  return op;
}

Result<Operation> decode_operation(ByteView bytes) {
  CanonicalReader in(bytes, "operation");
  const std::uint32_t field = in.next_field();
  if (field == 0) return fail(Code::malformed, "operation: is empty or no message");
  if (field > kDeleteRecord) {
    return fail(Code::unknown_operation,
                fmt::format("operation number {} is unknown to this version; known are 1 to {}",
                            field, std::uint32_t{kDeleteRecord}));
  }
  const ByteView inner = in.element(field, "operation").value_or(ByteView{});
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  switch (static_cast<OperationField>(field)) {
    case kSetUserPubKey:
      return decode_set_user_pub_key(inner);
    case kAdmitUser:
      return decode_admit_user(inner);
    case kCreateRecord:
      return decode_create_record(inner);
    case kVerifyRecord:
      return decode_verify_record(inner);
    case kDeleteRecord:
      return decode_delete_record(inner);
  }
  return fail(Code::unknown_operation, "operation: unknown");
}

}  // namespace

Bytes encode_body(const TransactionBody& body) {
  CanonicalWriter out;
  out.fixed(1, body.chain_id)
      .fixed(2, body.sender)
      .fixed(3, body.nonce)
      .uint(4, body.valid_until.value());
  for (const Operation& operation : body.operations) {
    const Encoded encoded = std::visit(Encode{}, operation);
    out.element(5, CanonicalWriter().element(encoded.field, encoded.bytes).take());
  }
  return out.take();
}

Result<TransactionBody> decode_body(ByteView bytes) {
  CanonicalReader in(bytes, "transaction");
  TransactionBody body;
  body.chain_id = in.fixed<Hash>(1, "chain_id");
  body.sender = in.fixed<Address>(2, "sender");
  body.nonce = in.fixed<Nonce>(3, "nonce");
  body.valid_until = TimeMs(in.uint(4, "valid_until_ms"));
  const auto operations = in.elements(5, "operation", limits::kOperationsMax);
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  if (body.valid_until.value() > limits::kTimeMsMax) {
    return fail(Code::malformed, "transaction: valid_until_ms is beyond any calendar");
  }
  if (operations.empty()) {
    return fail(Code::bad_argument, "transaction: has no operation; it takes at least one");
  }
  for (const ByteView element : operations) {
    auto operation = decode_operation(element);
    if (!operation) return fail(operation.error());
    body.operations.push_back(std::move(*operation));
  }
  // The reader already refuses every other spelling; encoding again proves it.
  if (encode_body(body) != bytes) {
    return fail(Code::not_canonical, "transaction: the body is not in canonical shape");
  }
  return body;
}

}  // namespace generion
