// Who counts for how much. types/block.h has f and q; here is what consensus adds.
#pragma once

#include "types/block.h"

namespace generion::consensus {

// f + 1: so many members include an honest one.
std::size_t honest_quorum(std::size_t validators);

// The place in the set of the primary: (epoch + view) mod n. `validators` >= 1.
std::size_t primary_index(std::size_t validators, Epoch epoch, View view);

const PublicKey& primary_of(const ValidatorSet& set, Epoch epoch, View view);

}  // namespace generion::consensus
