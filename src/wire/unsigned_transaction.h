// A transaction on its way to the machine that signs it: generion.v1.SignedTransaction without its
// signature.
#pragma once

#include <vector>

#include "base/bytes.h"
#include "base/error.h"

namespace generion::wire {

struct UnsignedTransaction {
  Bytes body;
  std::vector<Bytes> attachments;
  friend bool operator==(const UnsignedTransaction&, const UnsignedTransaction&) = default;
};

Bytes encode_unsigned(const UnsignedTransaction& transaction);

// Errors: malformed (also if it is signed already), too_large, too_many. The body's own shape is
// checked when it is signed.
Result<UnsignedTransaction> decode_unsigned(ByteView bytes);

}  // namespace generion::wire
