#include "signatures.h"

#include <cstring>

#include "base/assert.h"

namespace generion::sim {
namespace {

thread_local Signing signing_of_thread = Signing::by_table;

std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  const auto product = static_cast<unsigned __int128>(a) * b;
  return static_cast<std::uint64_t>(product >> 64) ^ static_cast<std::uint64_t>(product);
}

// Fast, and good enough against those who do not try to break it: nobody in the simulator does
// other than by the doors that the protocol has.
class FastHash {
 public:
  void add(ByteView bytes) {
    std::size_t at = 0;
    for (; at + 8 <= bytes.size(); at += 8) word(load(bytes.substr(at, 8)));
    word(load(bytes.substr(at)) ^ (std::uint64_t{bytes.size()} << 56));
  }
  std::uint64_t first() const { return mix(a_ ^ 0x8ebc6af09c88c6e3, b_ ^ kOdd); }
  std::uint64_t second() const { return mix(b_ ^ 0x589965cc75374cc3, a_ ^ kOdd); }

 private:
  static constexpr std::uint64_t kOdd = 0xa0761d6478bd642f;

  static std::uint64_t load(ByteView bytes) {
    std::uint64_t out = 0;
    std::memcpy(&out, bytes.data(), bytes.size());
    return out;
  }
  void word(std::uint64_t value) {
    a_ = mix(a_ ^ value, kOdd);
    b_ = mix(b_ + value, 0xe7037ed1a0b428db) ^ a_;
  }

  std::uint64_t a_ = 0x243f6a8885a308d3;  // the secret
  std::uint64_t b_ = 0x13198a2e03707344;
};

// The last byte is free: each value of it gives a valid signature.
Signature table_signature(const PublicKey& key, ByteView tag, ByteView message) {
  FastHash hash;
  hash.add(key.view());
  hash.add(tag);
  hash.add(message);
  Signature out;
  const std::uint64_t words[] = {hash.first(), hash.second()};
  std::memcpy(out.data(), words, sizeof words);
  return out;
}

}  // namespace

void use_signing(Signing signing) {
  signing_of_thread = signing;
}

Signer::Signer(Signing signing, std::string_view seed)
    : signing_(signing),
      key_(std::make_shared<const crypto::SigningKey>(crypto::SigningKey::from_seed(
          crypto::SecretBytes::copy_of(crypto::blake2b256({"simulated key", seed}).view())))) {}

Signature Signer::sign(ByteView tag, ByteView message) const {
  if (signing_ == Signing::ed25519) return key_->sign(tag, message);
  return table_signature(key(), tag, message);
}

Signature Signer::sign_again(ByteView tag, ByteView message) const {
  GENERION_ASSERT(signing_ == Signing::by_table);
  Signature out = table_signature(key(), tag, message);
  out.data()[Signature::kSize - 1] ^= 1;
  return out;
}

Message Signer::sign(Message message, const Hash& chain) const {
  std::visit(
      [&](auto& held) {
        using T = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<T, SealVote>) {
          GENERION_ASSERT(held.seal.signer == key());
          held.seal.signature = sign(kSealTag, seal_message(held.seal.block_hash));
        } else if constexpr (requires { held.signature; }) {
          GENERION_ASSERT(held.sender == key());
          const SignedPart part = signed_part(chain, held);
          held.signature = sign(part.tag, part.bytes);
        }
      },
      message);
  return message;
}

// The linker gives all calls of crypto::verify_signature to the first (--wrap), and the real one
// the name of the second.
bool verify_by_mode(const PublicKey& key, ByteView tag, ByteView message,
                    const Signature& signature) __asm__("__wrap_" GENERION_VERIFY_SYMBOL);
bool verify_really(const PublicKey& key, ByteView tag, ByteView message,
                   const Signature& signature) __asm__("__real_" GENERION_VERIFY_SYMBOL);

bool verify_by_mode(const PublicKey& key, ByteView tag, ByteView message,
                    const Signature& signature) {
  if (signing_of_thread == Signing::ed25519) return verify_really(key, tag, message, signature);
  Signature given = signature;
  given.data()[Signature::kSize - 1] = 0;
  return given == table_signature(key, tag, message);
}

}  // namespace generion::sim
