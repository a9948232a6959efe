// BLAKE2b-256, the one hash of the chain.
#pragma once

#include <array>
#include <initializer_list>

#include "base/bytes.h"

namespace generion::crypto {

using Hash = FixedBytes<32, struct HashTag>;

// BLAKE2b-256 of the parts, one after the other. The first part is usually a domain tag such as
// "generion/tx/1".
Hash blake2b256(std::initializer_list<ByteView> parts);

// The capsule's H-256 (docs/protocol/capsules.md): the tag, a zero byte, the items.
Hash tagged_hash(ByteView tag, std::initializer_list<ByteView> items);

// BLAKE2b-256 of parts that come one by one. Plain data: copying it keeps the state of the moment.
class HashState {
 public:
  HashState();
  void update(ByteView part);
  // Of all parts so far.
  Hash finish() const;

 private:
  alignas(64) std::array<std::uint8_t, 384> state_;  // libsodium's state, asserted in hash.cpp
};

}  // namespace generion::crypto
