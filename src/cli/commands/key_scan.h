// Looks on the chain for what a phrase has been used for, after a restore.
#pragma once

#include <cstdint>

#include "cli/context.h"

namespace generion::cli {

// Records the phrase's keys that the chain knows, up to a gap, and the one-time reader keys by
// which they bought. Returns how many keys it knows. An error leaves the store usable: a further
// scan goes on.
Result<std::uint64_t> scan_chain(Context& context, client::KeyStore& store, const Hash& chain);

}  // namespace generion::cli
