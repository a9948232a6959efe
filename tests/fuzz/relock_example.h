// A relock made without randomness, so that the target knows the one input that may pass; and the
// layout of an input: statement, then proof.
#pragma once

#include "base/byte_io.h"
#include "crypto/capsule_internal.h"

namespace generion::fuzz {

struct RelockExample {
  crypto::RelockStatement statement;
  crypto::RelockProof proof;
};

// Scalars that are small are canonical.
inline crypto::SecretBytes scalar_of(std::uint8_t low, std::uint8_t high) {
  crypto::SecretBytes out(crypto::kScalarBytes);
  out.data()[0] = low;
  out.data()[crypto::kScalarBytes - 2] = high;
  return out;
}

// From reader 'o' to reader 'r', for order 5 of record 7; `r`, `a` and `b`, from 1, give the random
// scalars.
inline RelockExample relock_example(std::uint8_t r = 1, std::uint8_t a = 2, std::uint8_t b = 3) {
  const auto reader = [](char letter) {
    return crypto::ReaderSecret::from_seed(crypto::SecretBytes::copy_of(Bytes(32, letter)));
  };
  static const crypto::ReaderSecret owner = reader('o');
  static const crypto::ReaderSecret to = reader('r');
  static const crypto::CapsuleKey key = *crypto::CapsuleKey::from_point(
      crypto::SecretBytes::copy_of(reader('k').public_key().view()));
  const crypto::RelockSecrets secrets{scalar_of(r, 1), scalar_of(a, 2), scalar_of(b, 3)};
  RelockExample out;
  out.statement.chain = crypto::blake2b256({"fuzz"});
  out.statement.context = crypto::delivery_context(5);
  out.statement.record_id = 7;
  out.statement.from_key = owner.public_key();
  out.statement.from_lock = crypto::lock_with(key, owner.public_key(), scalar_of(4, 4));
  out.statement.to_key = to.public_key();
  out.statement.to_lock = crypto::lock_with(key, to.public_key(), secrets.r);
  out.proof = crypto::prove_relock(out.statement, owner, secrets);
  return out;
}

inline Bytes encode_relock(const RelockExample& relock) {
  const crypto::RelockStatement& statement = relock.statement;
  ByteWriter out;
  out.fixed(statement.chain).fixed(statement.context).u64(statement.record_id);
  out.fixed(statement.from_key).fixed(statement.from_lock);
  out.fixed(statement.to_key).fixed(statement.to_lock);
  return std::move(out.fixed(relock.proof)).bytes();
}

}  // namespace generion::fuzz
