#include "crypto/document.h"

#include <sodium.h>

#include <catch2/catch.hpp>
#include <vector>

namespace generion::crypto {
namespace {

constexpr std::size_t kSealedChunk = kDocumentChunkBytes + kDocumentChunkOverheadBytes;

SecretBytes key_of(char fill) {
  return SecretBytes::copy_of(Bytes(32, fill));
}

Bytes plaintext_of(std::size_t size) {
  Bytes out(size, '\0');
  std::uint32_t state = 12'345;
  for (char& c : out) {
    state = state * 1'664'525 + 1'013'904'223;
    c = static_cast<char>(state >> 24);
  }
  return out;
}

struct Encrypted {
  Bytes ciphertext;
  Hash address;
};

Encrypted encrypt(const SecretBytes& key, ByteView plaintext, std::size_t piece) {
  DocumentEncryptor encryptor(key);
  Bytes out;
  for (std::size_t at = 0; at < plaintext.size(); at += piece) {
    out += encryptor.push(plaintext.substr(at, piece));
  }
  out += encryptor.finish();
  return {out, encryptor.address()};
}

Result<Bytes> decrypt(const SecretBytes& key, ByteView ciphertext, std::size_t piece) {
  DocumentDecryptor decryptor(key);
  Bytes out;
  for (std::size_t at = 0; at < ciphertext.size(); at += piece) {
    const auto part = decryptor.push(ciphertext.substr(at, piece));
    if (!part) return fail(part.error());
    out += *part;
  }
  const auto last = decryptor.finish();
  if (!last) return fail(last.error());
  return out + *last;
}

void check_damaged(const Result<Bytes>& result) {
  REQUIRE_FALSE(result);
  CHECK(result.error().code == Code::damaged);
}

}  // namespace

TEST_CASE("documents of sizes around the chunk come back in any pieces") {
  const SecretBytes key = key_of('k');
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, kDocumentChunkBytes - 1, kDocumentChunkBytes,
        kDocumentChunkBytes + 1, 2 * kDocumentChunkBytes, 3 * kDocumentChunkBytes + 777}) {
    const Bytes plaintext = plaintext_of(size);
    for (const std::size_t piece : {std::size_t{1'000}, kDocumentChunkBytes, size + 1}) {
      const auto encrypted = encrypt(key, plaintext, piece);
      CHECK(encrypted.ciphertext.size() == document_ciphertext_size(size));
      CHECK(encrypted.address == tagged_hash("generion/document/1", {encrypted.ciphertext}));
      for (const std::size_t read : {std::size_t{999}, kSealedChunk, encrypted.ciphertext.size()}) {
        CHECK((decrypt(key, encrypted.ciphertext, read) == plaintext));
      }
    }
  }
}

TEST_CASE("byte by byte is the same as at once") {
  const SecretBytes key = key_of('k');
  const Bytes plaintext = plaintext_of(300);
  const auto encrypted = encrypt(key, plaintext, 1);
  CHECK((decrypt(key, encrypted.ciphertext, 1) == plaintext));
}

TEST_CASE("the stream is libsodium's, chunk by chunk") {
  const SecretBytes key = key_of('k');
  const Bytes plaintext = plaintext_of(2 * kDocumentChunkBytes + 5);
  const Bytes ciphertext = encrypt(key, plaintext, 10'000).ciphertext;
  crypto_secretstream_xchacha20poly1305_state state;
  REQUIRE(crypto_secretstream_xchacha20poly1305_init_pull(&state, as_unsigned(ciphertext),
                                                          key.data()) == 0);
  Bytes out;
  std::vector<int> tags;
  for (std::size_t at = kDocumentHeaderBytes; at < ciphertext.size(); at += kSealedChunk) {
    const ByteView chunk = ByteView(ciphertext).substr(at, kSealedChunk);
    std::vector<std::uint8_t> part(chunk.size() - kDocumentChunkOverheadBytes);
    std::uint8_t tag = 0;
    REQUIRE(crypto_secretstream_xchacha20poly1305_pull(&state, part.data(), nullptr, &tag,
                                                       as_unsigned(chunk), chunk.size(), nullptr,
                                                       0) == 0);
    out.append(part.begin(), part.end());
    tags.push_back(tag);
  }
  CHECK((out == plaintext));
  CHECK(tags == std::vector<int>{crypto_secretstream_xchacha20poly1305_TAG_MESSAGE,
                                 crypto_secretstream_xchacha20poly1305_TAG_MESSAGE,
                                 crypto_secretstream_xchacha20poly1305_TAG_FINAL});
}

TEST_CASE("the decryptor and the data source compute the same address") {
  const auto encrypted = encrypt(key_of('k'), plaintext_of(100'000), 4'096);
  DocumentDecryptor decryptor(key_of('k'));
  DocumentAddress address;
  for (std::size_t at = 0; at < encrypted.ciphertext.size(); at += 5'000) {
    const ByteView piece = ByteView(encrypted.ciphertext).substr(at, 5'000);
    REQUIRE(decryptor.push(piece));
    address.update(piece);
  }
  REQUIRE(decryptor.finish());
  CHECK(decryptor.address() == encrypted.address);
  CHECK(address.finish() == encrypted.address);
}

TEST_CASE("a document that is cut anywhere is damaged") {
  const SecretBytes key = key_of('k');
  const Bytes small = encrypt(key, plaintext_of(40), 100).ciphertext;
  for (std::size_t size = 0; size < small.size(); ++size) {
    check_damaged(decrypt(key, small.substr(0, size), 1'000));
  }
  const Bytes large = encrypt(key, plaintext_of(2 * kDocumentChunkBytes + 10), 50'000).ciphertext;
  for (const std::size_t size :
       {kDocumentHeaderBytes, kDocumentHeaderBytes + kSealedChunk,
        kDocumentHeaderBytes + 2 * kSealedChunk, large.size() - 1, kDocumentHeaderBytes + 500}) {
    check_damaged(decrypt(key, large.substr(0, size), 30'000));
  }
}

TEST_CASE("a document that goes on after its last chunk is damaged") {
  const SecretBytes key = key_of('k');
  const Bytes small = encrypt(key, plaintext_of(40), 100).ciphertext;
  check_damaged(decrypt(key, small + "x", 1'000));
  check_damaged(decrypt(key, small + Bytes(kSealedChunk, 'x'), 1'000));
  check_damaged(decrypt(key, small + small.substr(kDocumentHeaderBytes), 1'000));
}

TEST_CASE("every altered byte is noticed") {
  const SecretBytes key = key_of('k');
  const Bytes ciphertext = encrypt(key, plaintext_of(40), 100).ciphertext;
  for (std::size_t i = 0; i < ciphertext.size(); ++i) {
    Bytes wrong = ciphertext;
    wrong[i] = static_cast<char>(wrong[i] ^ 1);
    check_damaged(decrypt(key, wrong, 1'000));
  }
  check_damaged(decrypt(key_of('l'), ciphertext, 1'000));
}

TEST_CASE("chunks in another order, left out or of another document are noticed") {
  const SecretBytes key = key_of('k');
  const Bytes ciphertext =
      encrypt(key, plaintext_of(2 * kDocumentChunkBytes + 9), 50'000).ciphertext;
  const Bytes other = encrypt(key, plaintext_of(2 * kDocumentChunkBytes + 9), 50'000).ciphertext;
  const Bytes header = ciphertext.substr(0, kDocumentHeaderBytes);
  const Bytes first = ciphertext.substr(kDocumentHeaderBytes, kSealedChunk);
  const Bytes second = ciphertext.substr(kDocumentHeaderBytes + kSealedChunk, kSealedChunk);
  const Bytes last = ciphertext.substr(kDocumentHeaderBytes + 2 * kSealedChunk);
  CHECK(decrypt(key, header + first + second + last, 70'000));
  check_damaged(decrypt(key, header + second + first + last, 70'000));
  check_damaged(decrypt(key, header + first + last, 70'000));
  check_damaged(decrypt(key, header + first + first + last, 70'000));
  check_damaged(
      decrypt(key, other.substr(0, kDocumentHeaderBytes) + first + second + last, 70'000));
}

TEST_CASE("a full chunk may not be the last, and a short one must be") {
  const SecretBytes key = key_of('k');
  const auto stream = [&](std::size_t size, std::uint8_t tag) {
    crypto_secretstream_xchacha20poly1305_state state;
    Bytes out(kDocumentHeaderBytes, '\0');
    crypto_secretstream_xchacha20poly1305_init_push(
        &state, reinterpret_cast<std::uint8_t*>(out.data()), key.data());
    const Bytes plaintext(size, 'p');
    std::vector<std::uint8_t> chunk(size + kDocumentChunkOverheadBytes);
    crypto_secretstream_xchacha20poly1305_push(&state, chunk.data(), nullptr,
                                               as_unsigned(plaintext), size, nullptr, 0, tag);
    out.append(chunk.begin(), chunk.end());
    return out;
  };
  CHECK(decrypt(key, stream(9, crypto_secretstream_xchacha20poly1305_TAG_FINAL), 70'000));
  check_damaged(decrypt(key, stream(9, crypto_secretstream_xchacha20poly1305_TAG_MESSAGE), 70'000));
  check_damaged(decrypt(key, stream(9, crypto_secretstream_xchacha20poly1305_TAG_PUSH), 70'000));
  check_damaged(decrypt(
      key, stream(kDocumentChunkBytes, crypto_secretstream_xchacha20poly1305_TAG_FINAL), 70'000));
}

TEST_CASE("after an error a decryptor gives nothing more") {
  const SecretBytes key = key_of('k');
  Bytes ciphertext = encrypt(key, plaintext_of(kDocumentChunkBytes + 10), 100'000).ciphertext;
  ciphertext[kDocumentHeaderBytes + 3] ^= 1;
  DocumentDecryptor decryptor(key);
  const auto first = decryptor.push(ciphertext);
  REQUIRE_FALSE(first);
  CHECK(decryptor.push("more").error() == first.error());
  CHECK(decryptor.finish().error() == first.error());
}

TEST_CASE("two encryptions of one document differ") {
  const SecretBytes key = key_of('k');
  CHECK(encrypt(key, "same", 10).address != encrypt(key, "same", 10).address);
}

}  // namespace generion::crypto
