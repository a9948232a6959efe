#include "crypto/capsule.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <cstring>

#include "base/assert.h"
#include "crypto/capsule_internal.h"
#include "crypto/ristretto.h"

namespace generion::crypto {
namespace {

constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t kKeyBytes = 32;
static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == kKeyBytes);

// H-n(tag, item) of docs/protocol/capsules.md with an optional key, for secret inputs: nothing of
// them stays on the stack.
SecretBytes secret_hash(std::size_t size, const SecretBytes& key, ByteView tag,
                        const SecretBytes& item) {
  SecretBytes out(size);
  crypto_generichash_blake2b_state state;
  constexpr std::uint8_t kZero = 0;
  crypto_generichash_blake2b_init(&state, key.data(), key.size(), size);
  crypto_generichash_blake2b_update(&state, as_unsigned(tag), tag.size());
  crypto_generichash_blake2b_update(&state, &kZero, 1);
  crypto_generichash_blake2b_update(&state, item.data(), item.size());
  crypto_generichash_blake2b_final(&state, out.data(), size);
  sodium_memzero(&state, sizeof state);
  return out;
}

// H-256(key = k, tag), k = H-256("generion/capsule/1", K).
SecretBytes key_for(const SecretBytes& point, ByteView tag) {
  const SecretBytes k = secret_hash(kKeyBytes, SecretBytes(), "generion/capsule/1", point);
  return secret_hash(kKeyBytes, k, tag, SecretBytes());
}

}  // namespace

Result<void> check_reader_key(const ReaderKey& key) {
  if (is_point(key.data())) return {};
  return fail(Code::bad_key,
              key.is_zero() ? "reader key: is the identity (all zero); give the public reader key "
                              "of the one who is to read"
                            : "reader key: is not the encoding of a ristretto255 point (RFC 9496)");
}

Result<void> check_lock(const Lock& lock) {
  if (!is_point(c1_of(lock))) {
    return fail(Code::bad_capsule,
                "lock: C1, its first 32 bytes, must be the encoding of a ristretto255 point that "
                "is not the identity");
  }
  if (!is_point(c2_of(lock))) {
    return fail(Code::bad_capsule,
                "lock: C2, its last 32 bytes, must be the encoding of a ristretto255 point that is "
                "not the identity");
  }
  return {};
}

ReaderSecret ReaderSecret::from_seed(const SecretBytes& seed) {
  GENERION_ASSERT(seed.size() == crypto_sign_SEEDBYTES);
  const SecretBytes wide = secret_hash(crypto_core_ristretto255_NONREDUCEDSCALARBYTES,
                                       SecretBytes(), "generion/reader/1", seed);
  ReaderSecret out;
  out.scalar_ = SecretBytes(kScalarBytes);
  crypto_core_ristretto255_scalar_reduce(out.scalar_.data(), wide.data());
  const int made = crypto_scalarmult_ristretto255_base(out.public_key_.data(), out.scalar_.data());
  GENERION_ASSERT(made == 0);  // x = 0 has probability 2^-252
  return out;
}

CapsuleKey CapsuleKey::generate() {
  initialize();
  SecretBytes point(kPointBytes);
  do {
    crypto_core_ristretto255_random(point.data());
  } while (!is_point(point.data()));
  return CapsuleKey(std::move(point));
}

Result<CapsuleKey> CapsuleKey::from_point(SecretBytes point) {
  if (point.size() != kPointBytes || !is_point(point.data())) {
    return fail(Code::bad_capsule,
                "capsule key: must be the 32-byte encoding of a ristretto255 point that is not the "
                "identity");
  }
  return CapsuleKey(std::move(point));
}

SecretBytes CapsuleKey::document_key() const {
  return key_for(point_, "document");
}

SecretBytes CapsuleKey::meta_key() const {
  return key_for(point_, "meta");
}

Lock lock_with(const CapsuleKey& key, const ReaderKey& reader, const SecretBytes& r) {
  SecretBytes shared(kPointBytes);
  Lock lock;
  const int c1 = crypto_scalarmult_ristretto255_base(lock.data(), r.data());
  const int rp = crypto_scalarmult_ristretto255(shared.data(), r.data(), reader.data());
  const int c2 =
      crypto_core_ristretto255_add(lock.data() + kPointBytes, key.point().data(), shared.data());
  GENERION_ASSERT(c1 == 0 && rp == 0 && c2 == 0);  // points checked, r not zero, prime order
  return lock;
}

FreshLock fresh_lock(const CapsuleKey& key, const ReaderKey& reader) {
  while (true) {  // again only if C2 is the identity, which rP = -K would make it
    SecretBytes r = random_scalar();
    const Lock lock = lock_with(key, reader, r);
    if (is_point(c2_of(lock))) return {lock, std::move(r)};
  }
}

Result<Lock> lock_capsule(const CapsuleKey& key, const ReaderKey& reader) {
  if (auto ok = check_reader_key(reader); !ok) return fail(ok.error());
  return fresh_lock(key, reader).lock;
}

Result<CapsuleKey> open_lock(const Lock& lock, const ReaderSecret& reader) {
  if (auto ok = check_lock(lock); !ok) return fail(ok.error());
  SecretBytes shared(kPointBytes);
  SecretBytes point(kPointBytes);
  const int xc1 =
      crypto_scalarmult_ristretto255(shared.data(), reader.scalar().data(), c1_of(lock));
  const int k = crypto_core_ristretto255_sub(point.data(), c2_of(lock), shared.data());
  GENERION_ASSERT(xc1 == 0 && k == 0);
  return CapsuleKey::from_point(std::move(point));  // C2 = xC1 would make it the identity
}

Bytes seal_meta(const SecretBytes& meta_key, ByteView meta) {
  GENERION_ASSERT(meta_key.size() == kKeyBytes);
  Bytes out = random_bytes(kNonceBytes);
  out.resize(kNonceBytes + meta.size() + kTagBytes);
  auto* const bytes = reinterpret_cast<std::uint8_t*>(out.data());
  crypto_aead_xchacha20poly1305_ietf_encrypt(bytes + kNonceBytes, nullptr, as_unsigned(meta),
                                             meta.size(), nullptr, 0, nullptr, bytes,
                                             meta_key.data());
  return out;
}

Result<Bytes> open_meta(const SecretBytes& meta_key, ByteView sealed_meta) {
  GENERION_ASSERT(meta_key.size() == kKeyBytes);
  if (sealed_meta.size() < kNonceBytes + kTagBytes) {
    return fail(Code::bad_capsule,
                fmt::format("sealed meta: has {} bytes; {} at least (nonce and authentication)",
                            sealed_meta.size(), kNonceBytes + kTagBytes));
  }
  const ByteView sealed = sealed_meta.substr(kNonceBytes);
  Bytes out(sealed.size() - kTagBytes, '\0');
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(
          reinterpret_cast<std::uint8_t*>(out.data()), nullptr, nullptr, as_unsigned(sealed),
          sealed.size(), nullptr, 0, as_unsigned(sealed_meta), meta_key.data()) != 0) {
    return fail(Code::bad_capsule,
                "sealed meta: was altered, or is locked to another reader key than the one used");
  }
  return out;
}

bool is_capsule(ByteView data_encr) {
  return !data_encr.empty() && static_cast<std::uint8_t>(data_encr.front()) == kCapsuleByte;
}

Bytes compose_data_encr(const Lock& lock, ByteView sealed_meta) {
  Bytes out;
  out.reserve(1 + Lock::kSize + sealed_meta.size());
  out.push_back(static_cast<char>(kCapsuleByte));
  out.append(lock.view()).append(sealed_meta);
  return out;
}

Result<CapsuleParts> parse_data_encr(ByteView data_encr) {
  if (!is_capsule(data_encr)) {
    return fail(
        Code::bad_capsule,
        "data_encr: is opaque, the application's own format; a capsule starts with byte 01");
  }
  const auto lock = Lock::from(data_encr.substr(1, Lock::kSize));
  if (!lock) {
    return fail(Code::bad_capsule, fmt::format("data_encr: has {} bytes; a capsule has {} at least",
                                               data_encr.size(), 1 + Lock::kSize));
  }
  if (auto ok = check_lock(*lock); !ok) return fail(ok.error());
  return CapsuleParts{*lock, data_encr.substr(1 + Lock::kSize)};
}

}  // namespace generion::crypto
