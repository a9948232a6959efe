// Keys from a recovery phrase: SLIP-0010 for Ed25519 (all steps hardened), at m/7564'/c'/r'/i'.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/error.h"
#include "crypto/hash.h"
#include "crypto/keys.h"
#include "crypto/secret.h"

namespace generion::crypto {

inline constexpr std::uint32_t kDerivationPurpose = 7564;
inline constexpr std::uint32_t kDerivationIndexMax = 0x7fffffff;

// r of the path. Frozen: another number would be another key.
enum class KeyRole : std::uint32_t { user = 0, one_time_reader = 1, recovery = 2, governance = 3 };

// The Ed25519 seed at a path of numbers below 2^31, each hardened; none: the master key. `seed` is
// BIP 39's, or 16 to 64 bytes of another source.
SecretBytes slip10_ed25519(const SecretBytes& seed, std::span<const std::uint32_t> path);

// c of the path: the first 4 bytes of the chain id hash, big-endian, without its top bit.
std::uint32_t derivation_chain(const Hash& chain_id);

// "m/7564'/c'/r'/i'", for display.
std::string derivation_path(const Hash& chain_id, KeyRole role, std::uint32_t index);

// The key at m/7564'/c'/r'/i'; `seed` is from phrase_seed. Error bad_argument: index above
// kDerivationIndexMax.
Result<SigningKey> derive_key(const SecretBytes& seed, const Hash& chain_id, KeyRole role,
                              std::uint32_t index);

}  // namespace generion::crypto
