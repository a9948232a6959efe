// What the members of an epoch have to know to agree in it.
#pragma once

#include <cstdint>

#include "types/block.h"
#include "types/genesis.h"

namespace generion::contract {

// The newest version of the protocol that this program knows. A chain begins with version 1; a node
// that does not know the next epoch's stops before its first block.
inline constexpr std::uint64_t kProtocolVersion = 1;

// What the blocks of one epoch go by.
struct EpochRules {
  Epoch number;
  Height first;             // the epoch's first block
  ValidatorSet validators;  // by key
  Parameters parameters;
  std::uint64_t version = 1;  // of the protocol
  friend bool operator==(const EpochRules&, const EpochRules&) = default;
};

}  // namespace generion::contract
