// Inside the codec of operations: one pair of functions for each, and what they share. Only the
// *_codec.cpp files beside this one include it.
#pragma once

#include <algorithm>
#include <concepts>
#include <vector>

#include "base/limits.h"
#include "types/canonical.h"
#include "types/operations.h"

namespace generion {

template <class Op>
struct Read {};  // picks the overload

// The canonical bytes of the operation's own message.
Bytes operation_fields(const SetUserPubKey& op);
Bytes operation_fields(const AdmitUser& op);
Bytes operation_fields(const CreateRecord& op);
Bytes operation_fields(const VerifyRecord& op);
Bytes operation_fields(const DeleteRecord& op);
Bytes operation_fields(const RelockRecord& op);
Bytes operation_fields(const ShareRecord& op);
Bytes operation_fields(const RevokeShare& op);
Bytes operation_fields(const CreateOrder& op);
Bytes operation_fields(const DeleteOrder& op);
Bytes operation_fields(const PurchaseData& op);
Bytes operation_fields(const DeliverOrder& op);
Bytes operation_fields(const Transfer& op);
Bytes operation_fields(const SetRecoveryKey& op);
Bytes operation_fields(const MoveUser& op);
Bytes operation_fields(const CancelMove& op);
Bytes operation_fields(const Propose& op);
Bytes operation_fields(const Vote& op);
Bytes operation_fields(const SuspendInstitution& op);
Bytes operation_fields(const AnchorLog& op);
Bytes operation_fields(const EndEpoch& op);
Bytes operation_fields(const ReportReady& op);
Bytes operation_fields(const ReportEvidence& op);

Result<SetUserPubKey> read_operation(ByteView bytes, Read<SetUserPubKey>);
Result<AdmitUser> read_operation(ByteView bytes, Read<AdmitUser>);
Result<CreateRecord> read_operation(ByteView bytes, Read<CreateRecord>);
Result<VerifyRecord> read_operation(ByteView bytes, Read<VerifyRecord>);
Result<DeleteRecord> read_operation(ByteView bytes, Read<DeleteRecord>);
Result<RelockRecord> read_operation(ByteView bytes, Read<RelockRecord>);
Result<ShareRecord> read_operation(ByteView bytes, Read<ShareRecord>);
Result<RevokeShare> read_operation(ByteView bytes, Read<RevokeShare>);
Result<CreateOrder> read_operation(ByteView bytes, Read<CreateOrder>);
Result<DeleteOrder> read_operation(ByteView bytes, Read<DeleteOrder>);
Result<PurchaseData> read_operation(ByteView bytes, Read<PurchaseData>);
Result<DeliverOrder> read_operation(ByteView bytes, Read<DeliverOrder>);
Result<Transfer> read_operation(ByteView bytes, Read<Transfer>);
Result<SetRecoveryKey> read_operation(ByteView bytes, Read<SetRecoveryKey>);
Result<MoveUser> read_operation(ByteView bytes, Read<MoveUser>);
Result<CancelMove> read_operation(ByteView bytes, Read<CancelMove>);
Result<Propose> read_operation(ByteView bytes, Read<Propose>);
Result<Vote> read_operation(ByteView bytes, Read<Vote>);
Result<SuspendInstitution> read_operation(ByteView bytes, Read<SuspendInstitution>);
Result<AnchorLog> read_operation(ByteView bytes, Read<AnchorLog>);
Result<EndEpoch> read_operation(ByteView bytes, Read<EndEpoch>);
Result<ReportReady> read_operation(ByteView bytes, Read<ReportReady>);
Result<ReportEvidence> read_operation(ByteView bytes, Read<ReportEvidence>);

Bytes attachment_ref_fields(const AttachmentRef& ref);
// `message` names what holds it in error texts, such as "createRecord: data". Errors: malformed,
// bad_attachment (empty), too_large.
Result<AttachmentRef> read_attachment_ref(ByteView bytes, std::string_view message,
                                          std::size_t max_bytes);

Bytes relocking_fields(const Relocking& relocking);
Result<Relocking> read_relocking(ByteView bytes, std::string_view message);

// A capsule's relocking in one field, or opaque data in the other: exactly one of them.
void write_access(CanonicalWriter& out, std::uint32_t relocking, std::uint32_t data,
                  const std::variant<Relocking, AttachmentRef>& access);
Result<std::variant<Relocking, AttachmentRef>> read_access(std::optional<ByteView> relocking,
                                                           std::optional<ByteView> data,
                                                           std::string_view relocking_name,
                                                           std::string_view data_name);

template <class T>
bool has_duplicate(std::vector<T> values) {
  std::sort(values.begin(), values.end());
  return std::adjacent_find(values.begin(), values.end()) != values.end();
}

// Ids in a packed field.
template <class Id>
Bytes packed_ids_fields(std::uint32_t field, const std::vector<Id>& ids) {
  std::vector<std::uint64_t> numbers;
  numbers.reserve(ids.size());
  for (const Id id : ids) numbers.push_back(id.value());
  return CanonicalWriter().packed(field, numbers).take();
}

}  // namespace generion
