#include "client/relocking.h"

#include <fmt/core.h>

#include "base/hex.h"

namespace generion::client {

Result<void> check_movable(const RecordView& record) {
  const std::uint64_t id = record.record_id.value();
  if (record.deleted) {
    return fail(Code::record_deleted, fmt::format("record {} was deleted", id));
  }
  if (!record.lock) {
    return fail(Code::not_capsule,
                fmt::format("record {} is in a format of the application that wrote it, and has no "
                            "lock to move: that application has to encrypt it anew",
                            id));
  }
  return {};
}

Result<Relocking> relock_record(const Hash& chain, const crypto::RelockContext& context,
                                const RecordView& record, const crypto::ReaderSecret& owner,
                                const ReaderKey& to) {
  if (auto ok = check_movable(record); !ok) return fail(ok.error());
  const std::uint64_t id = record.record_id.value();
  if (owner.public_key() != record.pub_key) {
    return fail(Code::bad_key, fmt::format("record {} is locked to reader key {}, not to {}", id,
                                           to_hex(record.pub_key), to_hex(owner.public_key())));
  }
  auto relocked = crypto::relock(chain, context, id, owner, *record.lock, to);
  if (!relocked) {
    return fail(relocked.error().code, fmt::format("record {}: {}", id, relocked.error().message));
  }
  return Relocking{record.pub_key, *record.lock, relocked->lock, relocked->proof};
}

}  // namespace generion::client
