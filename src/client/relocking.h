// Moves access to a capsule record to another reader, with the proof that it is the same key.
#pragma once

#include "base/error.h"
#include "client/node_api.h"
#include "crypto/relock.h"
#include "types/operations.h"

namespace generion::client {

// Whether there is a lock to move. Errors, which name the record: record_deleted, not_capsule
// (opaque data has no lock).
Result<void> check_movable(const RecordView& record);

// `context`: of a share, a delivery, or the owner's own new key (crypto/relock.h). `owner` is the
// secret of record.pub_key. Errors, each naming the record: those of check_movable, bad_key (of
// `owner`, or `to` is no usable point), bad_capsule.
Result<Relocking> relock_record(const Hash& chain, const crypto::RelockContext& context,
                                const RecordView& record, const crypto::ReaderSecret& owner,
                                const ReaderKey& to);

}  // namespace generion::client
