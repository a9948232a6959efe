// The chains that sequences run on: a number names one.
#pragma once

#include "types/genesis.h"

namespace generion::contract::model {

inline constexpr std::uint64_t kSetups = 128;
inline constexpr std::uint64_t kDayMs = 86'400'000;
inline constexpr std::uint64_t kStartTime = 1'700'000'000'000;  // 14 November 2023, 22:13 UTC

// Bits: 1 user_admission is open, 2 limits are tight, 4 two things fall due in a block, 8 amounts
// up to 2^64; 16 and 32: 1, 2, 4 or 7 validators; 64 epochs are short.
Genesis genesis_of(std::uint64_t setup);

// The chain's id, and the hash of a block of it.
Hash chain_hash();
Hash hash_of_block(Height height);

}  // namespace generion::contract::model
