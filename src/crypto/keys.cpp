#include "crypto/keys.h"

#include <sodium.h>

#include <cstring>

#include "base/assert.h"

namespace generion::crypto {
namespace {

// libsodium signs one contiguous message.
Bytes join(ByteView tag, ByteView message) {
  Bytes out;
  out.reserve(tag.size() + message.size());
  out.append(tag).append(message);
  return out;
}

}  // namespace

SigningKey SigningKey::from_seed(const SecretBytes& seed) {
  GENERION_ASSERT(seed.size() == crypto_sign_SEEDBYTES);
  SigningKey key;
  key.secret_ = SecretBytes(crypto_sign_SECRETKEYBYTES);
  crypto_sign_seed_keypair(key.public_key_.data(), key.secret_.data(), seed.data());
  return key;
}

SigningKey SigningKey::generate() {
  SecretBytes seed(crypto_sign_SEEDBYTES);
  randombytes_buf(seed.data(), seed.size());
  return from_seed(seed);
}

Signature SigningKey::sign(ByteView tag, ByteView message) const {
  const Bytes signed_bytes = join(tag, message);
  Signature out;
  crypto_sign_detached(out.data(), nullptr, as_unsigned(signed_bytes), signed_bytes.size(),
                       secret_.data());
  return out;
}

SecretBytes SigningKey::seed() const {
  return SecretBytes::copy_of(secret_.view().substr(0, crypto_sign_SEEDBYTES));
}

bool verify_signature(const PublicKey& key, ByteView tag, ByteView message,
                      const Signature& signature) {
  const Bytes signed_bytes = join(tag, message);
  return crypto_sign_verify_detached(signature.data(), as_unsigned(signed_bytes),
                                     signed_bytes.size(), key.data()) == 0;
}

}  // namespace generion::crypto
