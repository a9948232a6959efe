#include "crypto/ristretto.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <iterator>

namespace generion::crypto {

static_assert(kPointBytes == crypto_core_ristretto255_BYTES);
static_assert(kScalarBytes == crypto_core_ristretto255_SCALARBYTES);

// libsodium takes the identity, 32 zero bytes, for a valid point; here it never is. 1.0.18 also
// ignores the top bit, so that a point had two encodings; RFC 9496, 4.3.1, has it clear.
bool is_point(const std::uint8_t* bytes) {
  return sodium_is_zero(bytes, kPointBytes) == 0 && (bytes[kPointBytes - 1] & 0x80) == 0 &&
         crypto_core_ristretto255_is_valid_point(bytes) == 1;
}

bool is_scalar(const std::uint8_t* bytes) {
  // L = 2^252 + 27742317777372353535851937790883648493, little-endian.
  constexpr std::array<std::uint8_t, kScalarBytes> kOrder{
      0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7,
      0xa2, 0xde, 0xf9, 0xde, 0x14, 0,    0,    0,    0,    0,    0,
      0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10};
  return std::lexicographical_compare(std::make_reverse_iterator(bytes + kScalarBytes),
                                      std::make_reverse_iterator(bytes), kOrder.rbegin(),
                                      kOrder.rend());
}

SecretBytes random_scalar() {
  SecretBytes out(kScalarBytes);
  do {
    crypto_core_ristretto255_scalar_random(out.data());
  } while (sodium_is_zero(out.data(), out.size()) == 1);
  return out;
}

}  // namespace generion::crypto
