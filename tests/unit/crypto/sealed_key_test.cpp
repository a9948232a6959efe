#include "crypto/sealed_key.h"

#include <catch2/catch.hpp>

#include "base/bech32m.h"
#include "base/hex.h"
#include "base/limits.h"

namespace generion::crypto {
namespace {

SigningKey sample_key() {
  return SigningKey::from_seed(SecretBytes::copy_of(Bytes(32, 's')));
}

std::string sample_address() {
  return to_bech32m(kAddressPrefix, sample_key().public_key().view());
}

std::string plain_text() {
  return Bytes(encode_key_file(KeyFile::of_key(KeyKind::validator, sample_key())).view());
}

// Sealed once for all tests: a seal takes Argon2id's time.
const std::string& sealed_text() {
  static const std::string text = [] {
    const auto sealed = seal_key_file(KeyFile::of_key(KeyKind::institution, sample_key()),
                                      "correct horse", SealStrength::interactive);
    REQUIRE(sealed);
    return Bytes(sealed->view());
  }();
  return text;
}

std::string replaced(std::string text, std::string_view old, std::string_view by) {
  const std::size_t at = text.find(old);
  REQUIRE(at != std::string::npos);
  return text.replace(at, old.size(), by);
}

// The value of a line, with its line end.
std::string line_of(const std::string& text, std::string_view name) {
  const std::size_t start = text.find(std::string(name) + ": ");
  REQUIRE(start != std::string::npos);
  return text.substr(start, text.find('\n', start) + 1 - start);
}

Code code_of(const std::string& text, ByteView passphrase = "correct horse") {
  const auto opened = open_key_file(text, passphrase);
  return opened ? Code::ok : opened.error().code;
}

}  // namespace

TEST_CASE("the text of a plain key file is as documented") {
  CHECK(plain_text() == "generion-key: 1\nkind: validator\naddress: " + sample_address() +
                            "\nsecret: " + to_hex(Bytes(32, 's')) + "\n");
  CHECK(inspect_key_file(plain_text()) ==
        KeyFileInfo{KeyKind::validator, sample_key().public_key(), false});
  const auto opened = open_key_file(plain_text(), "");
  REQUIRE(opened);
  CHECK(opened->kind == KeyKind::validator);
  CHECK(opened->address == sample_key().public_key());
  CHECK(opened->secret.view() == Bytes(32, 's'));
}

TEST_CASE("every kind comes back") {
  for (const KeyKind kind :
       {KeyKind::user, KeyKind::institution, KeyKind::validator, KeyKind::governance}) {
    const SecretBytes text = encode_key_file(KeyFile::of_key(kind, sample_key()));
    CHECK(inspect_key_file(text.view())->kind == kind);
  }
  const SecretBytes phrase =
      encode_key_file(KeyFile::of_phrase(SecretBytes::copy_of("abandon ... art\nextra")));
  CHECK(inspect_key_file(phrase.view()) == KeyFileInfo{KeyKind::phrase, std::nullopt, false});
  CHECK(open_key_file(phrase.view(), "")->secret.view() == "abandon ... art\nextra");
  const Bytes most(limits::kKeyFileSecretBytesMax, 'p');
  const SecretBytes large = encode_key_file(KeyFile::of_phrase(SecretBytes::copy_of(most)));
  REQUIRE(open_key_file(large.view(), ""));
  CHECK(open_key_file(large.view(), "")->secret.view() == most);
}

TEST_CASE("a sealed key file opens with its passphrase only") {
  const std::string& text = sealed_text();
  CHECK(text.find(to_hex(Bytes(32, 's'))) == std::string::npos);
  CHECK(inspect_key_file(text) ==
        KeyFileInfo{KeyKind::institution, sample_key().public_key(), true});
  CHECK(line_of(text, "operations") == "operations: 2\n");
  CHECK(line_of(text, "memory_kib") == "memory_kib: 65536\n");
  const auto opened = open_key_file(text, "correct horse");
  REQUIRE(opened);
  CHECK(opened->secret.view() == Bytes(32, 's'));
  CHECK(code_of(text, "correct hors") == Code::bad_passphrase);
  CHECK(code_of(text, "Correct horse") == Code::bad_passphrase);
  CHECK(code_of(text, "") == Code::bad_passphrase);
  CHECK(code_of(text, Bytes(limits::kPassphraseBytesMax + 1, 'x')) == Code::bad_passphrase);
}

TEST_CASE("a sealed phrase of any length comes back, two seals differ") {
  const KeyFile file = KeyFile::of_phrase(SecretBytes::copy_of("x"));
  const auto first = seal_key_file(file, "pass", SealStrength::interactive);
  const auto second = seal_key_file(file, "pass", SealStrength::interactive);
  REQUIRE(first);
  REQUIRE(second);
  CHECK(first->view() != second->view());
  CHECK(open_key_file(first->view(), "pass")->secret.view() == "x");
}

TEST_CASE("the moderate seal is libsodium's moderate Argon2id") {
  const auto sealed = seal_key_file(KeyFile::of_key(KeyKind::user, sample_key()), "pass");
  REQUIRE(sealed);
  const std::string text(sealed->view());
  CHECK(line_of(text, "operations") == "operations: 3\n");
  CHECK(line_of(text, "memory_kib") == "memory_kib: 262144\n");
}

TEST_CASE("a seal wants a passphrase that is not empty and not too long") {
  const KeyFile file = KeyFile::of_key(KeyKind::user, sample_key());
  CHECK(seal_key_file(file, "").error().code == Code::bad_passphrase);
  CHECK(seal_key_file(file, Bytes(1'025, 'x')).error().code == Code::bad_passphrase);
}

TEST_CASE("what stands in clear in a sealed file cannot be exchanged") {
  const std::string& text = sealed_text();
  const SigningKey other = SigningKey::from_seed(SecretBytes::copy_of(Bytes(32, 'o')));
  CHECK(code_of(replaced(text, "kind: institution", "kind: governance")) == Code::bad_passphrase);
  CHECK(code_of(replaced(text, sample_address(),
                         to_bech32m(kAddressPrefix, other.public_key().view()))) ==
        Code::bad_passphrase);
  CHECK(code_of(replaced(text, "operations: 2", "operations: 3")) == Code::bad_passphrase);
  const std::string nonce = line_of(text, "nonce");
  CHECK(code_of(replaced(text, nonce, "nonce: " + std::string(48, '0') + "\n")) ==
        Code::bad_passphrase);
  std::string flipped = text;
  char& last = flipped[flipped.size() - 2];
  last = last == '0' ? '1' : '0';
  CHECK(code_of(flipped) == Code::bad_passphrase);
}

TEST_CASE("a plain file whose secret is not its address's is damaged") {
  const SigningKey other = SigningKey::from_seed(SecretBytes::copy_of(Bytes(32, 'o')));
  const std::string text = replaced(plain_text(), sample_address(),
                                    to_bech32m(kAddressPrefix, other.public_key().view()));
  CHECK(inspect_key_file(text));
  CHECK(code_of(text) == Code::damaged);
}

TEST_CASE("a newer format is told from a malformed one") {
  CHECK(code_of(replaced(plain_text(), "key: 1", "key: 2")) == Code::newer_format);
  CHECK(code_of(replaced(plain_text(), "key: 1", "key: 0")) == Code::malformed);
  CHECK(code_of(replaced(plain_text(), "key: 1", "key: 01")) == Code::malformed);
  CHECK(code_of(replaced(plain_text(), "key: 1", "key: ")) == Code::malformed);
  CHECK(code_of(replaced(plain_text(), "key: 1", "key: one")) == Code::malformed);
}

TEST_CASE("malformed plain files are refused with their line") {
  const std::string text = plain_text();
  const auto message = [](const std::string& wrong) {
    const auto info = inspect_key_file(wrong);
    REQUIRE_FALSE(info);
    CHECK(info.error().code == Code::malformed);
    return info.error().message;
  };
  CHECK(message("") == "key file, line 1: must be \"generion-key: ...\" with a line end");
  CHECK(message("-----BEGIN PRIVATE KEY-----\n").starts_with("key file, line 1"));
  CHECK(
      message(replaced(text, "validator", "valid")).starts_with("key file, line 2: kind must be"));
  CHECK(message(replaced(text, "gen1", "gen2")).starts_with("key file, line 3: address: does not"));
  CHECK(message(replaced(text, sample_address(), to_bech32m(kAddressPrefix, "short"))) ==
        "key file, line 3: address: holds 5 bytes, not 32");
  CHECK(message(replaced(text, "address: " + sample_address() + "\n", ""))
            .starts_with("key file, line 3: must be \"address: ...\""));
  CHECK(message(replaced(text, "secret: 73", "secret: 7"))
            .starts_with("key file, line 4: secret must be 32 bytes"));
  CHECK(message(replaced(text, "secret: 73", "secret: ")).starts_with("key file, line 4: secret"));
  CHECK(
      message(replaced(text, "secret: 73", "secret: 7G")).starts_with("key file, line 4: secret"));
  CHECK(message(text + "\n") == "key file, line 4: must be the last one");
  CHECK(message(text.substr(0, text.size() - 1)).find("line end") != std::string::npos);
  CHECK(message(replaced(text, "\n", "\r\n")).starts_with("key file, line 1"));
  CHECK(message(text + Bytes(limits::kKeyFileBytesMax, 'x')).find("16384 at most") !=
        std::string::npos);
  CHECK(message("generion-key: 1\nkind: phrase\nsecret: \n").find("1 to 4096 bytes") !=
        std::string::npos);
}

TEST_CASE("every cut of a key file is refused") {
  for (const std::string& text : {plain_text(), sealed_text()}) {
    for (std::size_t size = 0; size < text.size(); ++size) {
      const auto info = inspect_key_file(text.substr(0, size));
      REQUIRE_FALSE(info);
      CHECK(info.error().code == Code::malformed);
    }
  }
}

TEST_CASE("seal parameters outside their range are refused before any work") {
  const std::string& text = sealed_text();
  CHECK(code_of(replaced(text, "operations: 2", "operations: 1")) == Code::malformed);
  CHECK(code_of(replaced(text, "operations: 2", "operations: 5")) == Code::malformed);
  CHECK(code_of(replaced(text, "memory_kib: 65536", "memory_kib: 65535")) == Code::malformed);
  CHECK(code_of(replaced(text, "memory_kib: 65536", "memory_kib: 1048577")) == Code::malformed);
  CHECK(code_of(replaced(text, "memory_kib: 65536", "memory_kib: 18446744073709551616")) ==
        Code::malformed);
  CHECK(code_of(replaced(text, "memory_kib: 65536", "memory_kib: -1")) == Code::malformed);
  CHECK(code_of(replaced(text, "argon2id-", "scrypt-")) == Code::malformed);
  CHECK(code_of(replaced(text, line_of(text, "salt"), "salt: 00\n")) == Code::malformed);
  CHECK(code_of(replaced(text, line_of(text, "sealed"), "sealed: 00\n")) == Code::malformed);
}

}  // namespace generion::crypto
