// What a frame between two nodes carries: generion.v1.PeerFrame.
#pragma once

#include "base/error.h"
#include "types/peer_messages.h"

namespace generion::wire {

// Lists longer than their limit (types/peer_messages.h) are written as they are, and refused by
// the receiver: keeping them is the caller's part.
Bytes encode_frame(const LinkMessage& message);
Bytes encode_frame(const PeerMessage& message);

// Takes memory in proportion to the frame. Errors: malformed, not_canonical, too_large, too_many,
// bad_argument; the text names the field. Signatures, digests and certificates are not checked
// here.
Result<PeerFrame> decode_frame(ByteView bytes);

}  // namespace generion::wire
