#include "crypto/derivation.h"

#include <fmt/format.h>
#include <sodium.h>

#include <array>
#include <cstring>
#include <initializer_list>

#include "base/assert.h"

namespace generion::crypto {
namespace {

constexpr std::uint32_t kHardened = 0x80000000;
constexpr std::size_t kHalf = 32;  // left: the key, right: the chain code

SecretBytes hmac_sha512(ByteView key, std::initializer_list<ByteView> parts) {
  crypto_auth_hmacsha512_state state;
  crypto_auth_hmacsha512_init(&state, as_unsigned(key), key.size());
  for (const ByteView part : parts) {
    crypto_auth_hmacsha512_update(&state, as_unsigned(part), part.size());
  }
  SecretBytes out(crypto_auth_hmacsha512_BYTES);
  crypto_auth_hmacsha512_final(&state, out.data());
  sodium_memzero(&state, sizeof state);
  return out;
}

std::array<char, 4> big_endian(std::uint32_t value) {
  return {static_cast<char>(value >> 24), static_cast<char>(value >> 16),
          static_cast<char>(value >> 8), static_cast<char>(value)};
}

}  // namespace

SecretBytes slip10_ed25519(const SecretBytes& seed, std::span<const std::uint32_t> path) {
  GENERION_ASSERT(seed.size() >= 16 && seed.size() <= 64);
  SecretBytes node = hmac_sha512("ed25519 seed", {seed.view()});
  for (const std::uint32_t number : path) {
    GENERION_ASSERT(number < kHardened);
    const auto index = big_endian(number | kHardened);
    node = hmac_sha512(node.view().substr(kHalf), {ByteView("\0", 1), node.view().substr(0, kHalf),
                                                   ByteView(index.data(), index.size())});
  }
  return SecretBytes::copy_of(node.view().substr(0, kHalf));
}

std::uint32_t derivation_chain(const Hash& chain_id) {
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) value = value << 8 | chain_id.data()[i];
  return value & ~kHardened;
}

std::string derivation_path(const Hash& chain_id, KeyRole role, std::uint32_t index) {
  return fmt::format("m/{}'/{}'/{}'/{}'", kDerivationPurpose, derivation_chain(chain_id),
                     static_cast<std::uint32_t>(role), index);
}

Result<SigningKey> derive_key(const SecretBytes& seed, const Hash& chain_id, KeyRole role,
                              std::uint32_t index) {
  if (index > kDerivationIndexMax) {
    return fail(Code::bad_argument, fmt::format("the key's index is {}; it must be at most {}",
                                                index, kDerivationIndexMax));
  }
  const std::array path = {kDerivationPurpose, derivation_chain(chain_id),
                           static_cast<std::uint32_t>(role), index};
  return SigningKey::from_seed(slip10_ed25519(seed, path));
}

}  // namespace generion::crypto
