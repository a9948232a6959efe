// Whether a certificate makes its block final, as a fault that names the seal.
#pragma once

#include <optional>
#include <vector>

#include "audit/fault.h"
#include "types/block.h"

namespace generion::audit {

// As verify_certificate of types/block.h, for signatures that were verified before: `seal_holds`
// has one entry for each signer, `hash` is the block's. Both refuse the same certificates.
std::optional<Fault> check_certificate(const Certificate& certificate,
                                       const std::vector<char>& seal_holds, Height height,
                                       const Hash& hash, const ValidatorSet& set);

}  // namespace generion::audit
