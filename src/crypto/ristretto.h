// The group of capsules, ristretto255 (RFC 9496), as capsule.cpp and relock.cpp need it: which
// bytes are a point or a scalar, and scalars drawn at random.
#pragma once

#include <cstddef>
#include <cstdint>

#include "crypto/secret.h"

namespace generion::crypto {

inline constexpr std::size_t kPointBytes = 32;
inline constexpr std::size_t kScalarBytes = 32;

// Whether these 32 bytes are the one encoding of a point other than the identity. About 5
// microseconds.
bool is_point(const std::uint8_t* bytes);

// Whether these 32 bytes, little-endian, are less than the group's order L.
bool is_scalar(const std::uint8_t* bytes);

// Uniform, not zero.
SecretBytes random_scalar();

}  // namespace generion::crypto
