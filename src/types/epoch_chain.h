// The chain of epochs: the last block of each, certified by its members, names those of the next.
// Whoever trusts the genesis file follows it to the members of any later epoch.
#pragma once

#include <vector>

#include "types/proof.h"

namespace generion {

// The last block of an epoch. `next` are the members of the epoch after it, the same or others.
using EpochEnd = SetChange;

// Whom to trust after these epochs, which follow each other without a gap from anchor.epoch on. A
// block that its members certified earlier in the epoch passes too, where the set stays: which is
// the last, the state says. Errors: wrong_chain, bad_proof.
Result<TrustAnchor> follow_epochs(TrustAnchor anchor, const std::vector<EpochEnd>& ends);

}  // namespace generion
