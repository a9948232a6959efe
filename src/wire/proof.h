// Proof files: generion.v1.Proof (docs/protocol/proofs.md).
#pragma once

#include "base/error.h"
#include "types/proof.h"

namespace generion::wire {

// The certificate must be of the header.
Bytes encode_proof(const Proof& proof);

// Errors: malformed (names the field), too_large. Nothing is verified here: verify_proof does.
Result<Proof> decode_proof(ByteView bytes);

}  // namespace generion::wire
