#include "crypto/keys.h"

#include "vectors.h"

namespace generion::crypto {
namespace {

// The group order L, little-endian: S + L is another scalar for the same point.
Signature with_larger_scalar(Signature signature) {
  const auto order = from_hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
  unsigned carry = 0;
  for (std::size_t i = 0; i < 32; ++i) {
    const unsigned sum = signature.data()[32 + i] + static_cast<std::uint8_t>((*order)[i]) + carry;
    signature.data()[32 + i] = static_cast<std::uint8_t>(sum);
    carry = sum >> 8;
  }
  return signature;
}

}  // namespace

TEST_CASE("RFC 8032's Ed25519 vectors") {
  for (const auto& vector : load_array("published.json", "rfc8032")) {
    const SigningKey key = SigningKey::from_seed(secret_of(vector, "seed"));
    const Bytes message = bytes_of(vector, "message");
    const auto signature = fixed_of<Signature>(vector, "signature");
    CHECK(key.public_key() == fixed_of<PublicKey>(vector, "public"));
    CHECK(key.sign("", message) == signature);
    CHECK(verify_signature(key.public_key(), "", message, signature));
    CHECK_FALSE(verify_signature(key.public_key(), "", message + "x", signature));
  }
}

TEST_CASE("a signature holds for its tag and message alone") {
  const SigningKey key = SigningKey::generate();
  const Signature signature = key.sign("tag/1", "message");
  CHECK(verify_signature(key.public_key(), "tag/1", "message", signature));
  CHECK_FALSE(verify_signature(key.public_key(), "tag/2", "message", signature));
  CHECK_FALSE(verify_signature(SigningKey::generate().public_key(), "tag/1", "message", signature));
  for (std::size_t i = 0; i < Signature::kSize; ++i) {
    Signature wrong = signature;
    wrong.data()[i] ^= 1;
    CHECK_FALSE(verify_signature(key.public_key(), "tag/1", "message", wrong));
  }
}

TEST_CASE("a malleable scalar and keys of small order are refused") {
  const SigningKey key = SigningKey::generate();
  const Signature signature = key.sign("", "message");
  CHECK_FALSE(verify_signature(key.public_key(), "", "message", with_larger_scalar(signature)));
  // With the neutral element as key and R, S = 0 would satisfy the equation for any message.
  const auto neutral =
      fixed_hex<PublicKey>("0100000000000000000000000000000000000000000000000000000000000000");
  Signature forged;
  forged.data()[0] = 1;
  CHECK_FALSE(verify_signature(neutral, "", "message", forged));
  CHECK_FALSE(verify_signature(PublicKey(), "", "message", forged));
}

TEST_CASE("a key comes back from its seed") {
  const SigningKey key = SigningKey::generate();
  CHECK(SigningKey::from_seed(key.seed()).public_key() == key.public_key());
  CHECK(key.clone().sign("", "m") == key.sign("", "m"));
  CHECK(SigningKey::generate().public_key() != key.public_key());
}

TEST_CASE("secret bytes move, and are copied only on purpose") {
  SecretBytes first = SecretBytes::copy_of("secret");
  const SecretBytes copy = first.clone();
  const SecretBytes second = std::move(first);
  CHECK(second.view() == "secret");
  CHECK(copy.view() == "secret");
  CHECK(copy.data() != second.data());
  CHECK(SecretBytes().view().empty());
  CHECK(SecretBytes(3).view() == ByteView("\0\0\0", 3));
  Bytes typed = "passphrase";
  wipe(typed);
  CHECK(typed.empty());
  CHECK(random_bytes(32) != random_bytes(32));
}

}  // namespace generion::crypto
