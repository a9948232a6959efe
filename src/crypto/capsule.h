// Capsules (docs/protocol/capsules.md): a document's key, locked to a reader's public key, and the
// sealed meta beside it. Group: ristretto255 (RFC 9496).
//
//   const CapsuleKey key = CapsuleKey::generate();
//   auto lock = lock_capsule(key, reader_key);                 // goes into the transaction
//   const Bytes sealed = seal_meta(key.meta_key(), meta);      // the attachment
//   ...
//   const ReaderSecret reader = ReaderSecret::from_seed(signing_key.seed());
//   auto opened = open_lock(*lock, reader);
//   auto meta = open_meta(opened->meta_key(), sealed);
#pragma once

#include <cstdint>
#include <utility>

#include "base/bytes.h"
#include "base/error.h"
#include "crypto/secret.h"

namespace generion::crypto {

// A reader's public key: a ristretto255 point for capsules, any 32 bytes for opaque records.
using ReaderKey = FixedBytes<32, struct ReaderKeyTag>;

// A capsule's lock: C1 = rB, C2 = K + rP.
using Lock = FixedBytes<64, struct LockTag>;

// First byte of a capsule's data_encr.
inline constexpr std::uint8_t kCapsuleByte = 0x01;

// Error bad_key: not the encoding of a point, or the identity. About 10 microseconds.
Result<void> check_reader_key(const ReaderKey& key);

// Error bad_capsule: C1 or C2 is not the encoding of a point, or is the identity.
Result<void> check_lock(const Lock& lock);

// A reader's private key, the scalar x. Its memory is locked and wiped (crypto/secret.h).
class ReaderSecret {
 public:
  // From the 32-byte Ed25519 seed of the same user. The seed's buffer stays the caller's.
  static ReaderSecret from_seed(const SecretBytes& seed);

  const ReaderKey& public_key() const { return public_key_; }
  // x, 32 bytes, little-endian, canonical.
  const SecretBytes& scalar() const { return scalar_; }

 private:
  ReaderSecret() = default;
  SecretBytes scalar_;
  ReaderKey public_key_;
};

// K, the group element that a lock hides; the document's and the meta's keys come from it.
class CapsuleKey {
 public:
  static CapsuleKey generate();
  // From K's encoding. Error bad_capsule: not a point, or the identity.
  static Result<CapsuleKey> from_point(SecretBytes point);

  const SecretBytes& point() const { return point_; }
  SecretBytes document_key() const;  // 32 bytes, for crypto/document.h
  SecretBytes meta_key() const;      // 32 bytes, for seal_meta and open_meta
  CapsuleKey clone() const { return CapsuleKey(point_.clone()); }

 private:
  explicit CapsuleKey(SecretBytes point) : point_(std::move(point)) {}
  SecretBytes point_;
};

// A fresh lock of K for the reader; two locks of the same key look unrelated. Error bad_key as
// check_reader_key.
Result<Lock> lock_capsule(const CapsuleKey& key, const ReaderKey& reader);

// K. Whoever the lock is not for gets a key too, one that opens nothing: open_meta tells. Error
// bad_capsule as check_lock.
Result<CapsuleKey> open_lock(const Lock& lock, const ReaderSecret& reader);

// nonce (random, 24 bytes) || XChaCha20-Poly1305 of the meta: 40 bytes longer than it.
Bytes seal_meta(const SecretBytes& meta_key, ByteView meta);

// Error bad_capsule: too short, altered, or sealed with another key.
Result<Bytes> open_meta(const SecretBytes& meta_key, ByteView sealed_meta);

// Whether data_encr is a capsule by its first byte. Otherwise it is opaque: the application's own.
bool is_capsule(ByteView data_encr);

// kCapsuleByte || lock || sealed meta.
Bytes compose_data_encr(const Lock& lock, ByteView sealed_meta);

// The parts of a capsule's data_encr; sealed_meta borrows from it and may be empty (erased).
struct CapsuleParts {
  Lock lock;
  ByteView sealed_meta;
};

// Error bad_capsule: not a capsule, too short, or a lock that check_lock refuses.
Result<CapsuleParts> parse_data_encr(ByteView data_encr);

}  // namespace generion::crypto
