// Ed25519 keys and signatures (RFC 8032). A signature always covers a domain tag and a message, so
// that one made for a transaction can never pass for a vote.
#pragma once

#include "base/bytes.h"
#include "crypto/hash.h"
#include "crypto/secret.h"

namespace generion::crypto {

using PublicKey = FixedBytes<32, struct PublicKeyTag>;
// Prefix of a public key's text form, an address: Bech32m, "gen1...".
inline constexpr std::string_view kAddressPrefix = "gen";

using Signature = FixedBytes<64, struct SignatureTag>;

// A signing key. Its memory is locked and wiped (crypto/secret.h).
class SigningKey {
 public:
  // From the 32-byte seed of RFC 8032. The seed's own buffer stays the caller's.
  static SigningKey from_seed(const SecretBytes& seed);
  static SigningKey generate();

  const PublicKey& public_key() const { return public_key_; }
  Signature sign(ByteView tag, ByteView message) const;
  SecretBytes seed() const;
  SigningKey clone() const { return from_seed(seed()); }

 private:
  SigningKey() = default;
  SecretBytes secret_;  // libsodium's form: seed, then public key
  PublicKey public_key_;
};

// Whether `signature` by `key` covers tag || message. Strict: no small-order keys, no malleable
// scalars.
bool verify_signature(const PublicKey& key, ByteView tag, ByteView message,
                      const Signature& signature);

}  // namespace generion::crypto
