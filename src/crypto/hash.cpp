#include "crypto/hash.h"

#include <sodium.h>

#include <cstring>

namespace generion::crypto {
namespace {

using State = crypto_generichash_blake2b_state;

}  // namespace

Hash blake2b256(std::initializer_list<ByteView> parts) {
  State state;
  crypto_generichash_blake2b_init(&state, nullptr, 0, Hash::kSize);
  for (const ByteView part : parts) {
    crypto_generichash_blake2b_update(&state, as_unsigned(part), part.size());
  }
  Hash out;
  crypto_generichash_blake2b_final(&state, out.data(), Hash::kSize);
  return out;
}

Hash tagged_hash(ByteView tag, std::initializer_list<ByteView> items) {
  State state;
  crypto_generichash_blake2b_init(&state, nullptr, 0, Hash::kSize);
  crypto_generichash_blake2b_update(&state, as_unsigned(tag), tag.size());
  constexpr std::uint8_t kZero = 0;
  crypto_generichash_blake2b_update(&state, &kZero, 1);
  for (const ByteView item : items) {
    crypto_generichash_blake2b_update(&state, as_unsigned(item), item.size());
  }
  Hash out;
  crypto_generichash_blake2b_final(&state, out.data(), Hash::kSize);
  return out;
}

// The state is copied in and out, so that the header needs no libsodium and the class stays plain.
HashState::HashState() {
  static_assert(sizeof(State) == sizeof(state_) && alignof(State) <= alignof(HashState));
  State state;
  crypto_generichash_blake2b_init(&state, nullptr, 0, Hash::kSize);
  std::memcpy(state_.data(), &state, sizeof state);
}

void HashState::update(ByteView part) {
  State state;
  std::memcpy(&state, state_.data(), sizeof state);
  crypto_generichash_blake2b_update(&state, as_unsigned(part), part.size());
  std::memcpy(state_.data(), &state, sizeof state);
}

Hash HashState::finish() const {
  State state;
  std::memcpy(&state, state_.data(), sizeof state);
  Hash out;
  crypto_generichash_blake2b_final(&state, out.data(), Hash::kSize);
  return out;
}

}  // namespace generion::crypto
