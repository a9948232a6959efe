// Proof files: generion.v1.Proof, and what proves pages of lists: generion.v1.ObjectsProof
// (docs/protocol/proofs.md).
#pragma once

#include "base/error.h"
#include "types/proof.h"

namespace generion::wire {

// The certificate must be of the header.
Bytes encode_proof(const Proof& proof);

// Errors: malformed (names the field), too_large. Nothing is verified here: verify_proof does.
Result<Proof> decode_proof(ByteView bytes);

// The same for many objects.
Bytes encode_objects_proof(const ObjectsProof& proof);
Result<ObjectsProof> decode_objects_proof(ByteView bytes);

// Blocks by which validators are followed: at most limits::kLinksMax, limits::kLinksBytesMax.
Bytes encode_links(const std::vector<ChainLink>& links);
Result<std::vector<ChainLink>> decode_links(ByteView bytes);

// How many of those bytes an object takes at most.
std::size_t object_proof_bytes_max(const ObjectProof& object);

}  // namespace generion::wire
