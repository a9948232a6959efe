// Signatures of a simulated chain: real ones, or such as cost a hash of some nanoseconds. Whoever
// verifies calls crypto::verify_signature and does not know which; who signs needs the Signer, so
// nobody signs with a key that is not his.
#pragma once

#include <memory>

#include "types/messages.h"

namespace generion::sim {

enum class Signing {
  by_table,  // a secret function of key and bytes; only Signer and verify_signature know it
  ed25519
};

// Of the calling thread: what crypto::verify_signature takes for valid.
void use_signing(Signing signing);

class Signer {
 public:
  // From any text; the same text gives the same key.
  Signer(Signing signing, std::string_view seed);

  const PublicKey& key() const { return key_->public_key(); }
  Signature sign(ByteView tag, ByteView message) const;

  // Another valid signature of the same bytes, as a signer can make who does not keep to RFC 8032.
  // Only by_table.
  Signature sign_again(ByteView tag, ByteView message) const;

  // Signs what has a signature. The sender must be key().
  Message sign(Message message, const Hash& chain) const;

 private:
  Signing signing_;
  std::shared_ptr<const crypto::SigningKey> key_;
};

}  // namespace generion::sim
