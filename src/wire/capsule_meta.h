// What a capsule's sealed meta holds: generion.v1.CapsuleMeta.
#pragma once

#include "base/error.h"
#include "types/capsule_meta.h"

namespace generion::wire {

Bytes encode_capsule_meta(const CapsuleMeta& meta);

// Errors: malformed (names the field), too_many. Fields that this version does not know are passed
// over: the meta was written by another's application.
Result<CapsuleMeta> decode_capsule_meta(ByteView bytes);

}  // namespace generion::wire
