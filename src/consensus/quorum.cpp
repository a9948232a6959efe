#include "consensus/quorum.h"

#include "base/assert.h"

namespace generion::consensus {

std::size_t honest_quorum(std::size_t validators) {
  return faulty_max(validators) + 1;
}

std::size_t primary_index(std::size_t validators, Epoch epoch, View view) {
  GENERION_ASSERT(validators > 0);
  return (epoch.value() % validators + view.value() % validators) % validators;
}

const PublicKey& primary_of(const ValidatorSet& set, Epoch epoch, View view) {
  return set.keys[primary_index(set.size(), epoch, view)];
}

}  // namespace generion::consensus
