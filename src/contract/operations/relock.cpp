// relockRecord, and what a record's new readers get: a capsule's key under another lock, or opaque
// data encrypted anew.
#include <fmt/core.h>

#include "contract/operations/call.h"

namespace generion::contract {
namespace {

// The proof speaks of the key and the lock that it repeats.
Result<void> check_lock(RecordId id, const Record& record, const Relocking& relocking) {
  if (!record.lock) {
    return fail(Code::not_capsule,
                fmt::format("record {} holds opaque data, which has no lock to move; send the data "
                            "encrypted anew",
                            id.value()));
  }
  if (relocking.from_key == record.data_pub_key && relocking.from_lock == *record.lock) return {};
  return fail(Code::lock_mismatch,
              fmt::format("the proof is about another key or lock than those of record {}; make it "
                          "anew from what getRecord says now",
                          id.value()));
}

}  // namespace

Result<void> check_access(RecordId id, const Record& record,
                          const std::variant<Relocking, AttachmentRef>& access) {
  if (const auto* relocking = std::get_if<Relocking>(&access)) {
    return check_lock(id, record, *relocking);
  }
  if (!record.lock) return {};
  return fail(Code::is_capsule,
              fmt::format("record {} is a capsule, whose key is moved with a lock and its proof, "
                          "not by data encrypted anew",
                          id.value()));
}

Access file_access(Call& call, const std::variant<Relocking, AttachmentRef>& access) {
  if (const auto* relocking = std::get_if<Relocking>(&access)) return relocking->lock;
  return OpaqueAccess{std::get<AttachmentRef>(access), call.file_attachment()};
}

Result<void> apply_operation(Call& call, const RelockRecord& op) {
  const auto user = user_sender(call);
  if (!user) return fail(user.error());
  const auto& reader_key = call.state.user(*user).reader_key;
  if (!reader_key) {
    return fail(Code::reader_key_unset,
                "the sender has set no reader key; set the one to lock to first (setUserPubKey)");
  }
  if (*reader_key != op.pub_key) {
    return fail(Code::reader_key_mismatch,
                "pub_key is not the reader key that the sender has set; lock to that one, or set "
                "the other first (setUserPubKey)");
  }
  for (const RecordRelocking& each : op.records) {
    const auto found = own_living_record(call, each.record_id);
    if (!found) return fail(found.error());
    if (auto ok = check_lock(each.record_id, **found, each.relocking); !ok) return ok;
    Record& record = call.state.change_record(each.record_id);
    record.data_pub_key = op.pub_key;
    record.lock = each.relocking.lock;
    call.state.add_history(each.record_id, history_entry(call, RecordChange::relocked));
  }
  return {};
}

}  // namespace generion::contract
