#pragma once

#include "base/bytes.h"

namespace generion {

// Whether `bytes` is well-formed UTF-8 (RFC 3629): no overlong form, no surrogate, nothing above
// U+10FFFF.
bool is_utf8(ByteView bytes);

}  // namespace generion
