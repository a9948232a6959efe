#include "crypto/sealed_key.h"

#include <fmt/format.h>
#include <sodium.h>

#include <array>
#include <cstring>
#include <utility>

#include "base/assert.h"
#include "base/bech32m.h"
#include "base/hex.h"
#include "base/limits.h"
#include "crypto/key_file_text.h"

namespace generion::crypto {
namespace {

constexpr std::size_t kSeedBytes = crypto_sign_SEEDBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(SealSalt::kSize == crypto_pwhash_SALTBYTES);
static_assert(SealNonce::kSize == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);

SealParameters fresh_parameters(SealStrength strength) {
  SealParameters out;
  switch (strength) {
    case SealStrength::interactive:
      out.operations = crypto_pwhash_argon2id_OPSLIMIT_INTERACTIVE;
      out.memory_kib = crypto_pwhash_argon2id_MEMLIMIT_INTERACTIVE / 1024;
      break;
    case SealStrength::moderate:
      out.operations = crypto_pwhash_argon2id_OPSLIMIT_MODERATE;
      out.memory_kib = crypto_pwhash_argon2id_MEMLIMIT_MODERATE / 1024;
      break;
  }
  out.salt = random_fixed<SealSalt>();
  out.nonce = random_fixed<SealNonce>();
  return out;
}

Result<SecretBytes> stretch(ByteView passphrase, const SealParameters& seal) {
  SecretBytes key(crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
  if (crypto_pwhash(key.data(), key.size(), passphrase.data(), passphrase.size(), seal.salt.data(),
                    seal.operations, static_cast<std::size_t>(seal.memory_kib * 1024),
                    crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return fail(Code::overloaded,
                fmt::format("the passphrase takes {} MiB of memory to check, which is not free on "
                            "this machine; end other programs or raise this one's limit",
                            seal.memory_kib / 1024));
  }
  return key;
}

Result<void> check_passphrase(ByteView passphrase) {
  if (passphrase.empty()) {
    return fail(Code::bad_passphrase,
                "the key file is sealed and takes a passphrase; none is given");
  }
  if (passphrase.size() > limits::kPassphraseBytesMax) {
    return fail(Code::bad_passphrase, fmt::format("the passphrase has {} bytes, {} at most",
                                                  passphrase.size(), limits::kPassphraseBytesMax));
  }
  return {};
}

// header || secret in hexadecimal || line end, in locked memory.
SecretBytes with_hex(ByteView header, const SecretBytes& bytes) {
  SecretBytes hex(bytes.size() * 2 + 1);  // libsodium ends it with a zero byte
  sodium_bin2hex(reinterpret_cast<char*>(hex.data()), hex.size(), bytes.data(), bytes.size());
  SecretBytes out(header.size() + hex.size());
  std::memcpy(out.data(), header.data(), header.size());
  std::memcpy(out.data() + header.size(), hex.data(), hex.size() - 1);
  out.data()[out.size() - 1] = '\n';
  return out;
}

void assert_complete(const KeyFile& key) {
  if (key.kind == KeyKind::phrase) {
    GENERION_ASSERT(!key.address && key.secret.size() > 0 &&
                    key.secret.size() <= limits::kKeyFileSecretBytesMax);
  } else {
    GENERION_ASSERT(key.address && key.secret.size() == kSeedBytes);
  }
}

Result<SecretBytes> unseal(const KeyFileText& file, ByteView passphrase) {
  if (auto ok = check_passphrase(passphrase); !ok) return fail(ok.error());
  const auto key = stretch(passphrase, *file.seal);
  if (!key) return fail(key.error());
  SecretBytes secret(file.payload.size() - kTagBytes);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(
          secret.data(), nullptr, nullptr, file.payload.data(), file.payload.size(),
          as_unsigned(file.authenticated), file.authenticated.size(), file.seal->nonce.data(),
          key->data()) != 0) {
    return fail(Code::bad_passphrase,
                "the passphrase is wrong, or the key file was altered since it was sealed");
  }
  return secret;
}

}  // namespace

KeyFile KeyFile::of_key(KeyKind kind, const SigningKey& key) {
  GENERION_ASSERT(kind != KeyKind::phrase);
  return KeyFile{kind, key.public_key(), key.seed()};
}

KeyFile KeyFile::of_phrase(SecretBytes text) {
  return KeyFile{KeyKind::phrase, std::nullopt, std::move(text)};
}

SecretBytes encode_key_file(const KeyFile& key) {
  assert_complete(key);
  return with_hex(key_file_header(key.kind, key.address, std::nullopt) + "secret: ", key.secret);
}

Result<SecretBytes> seal_key_file(const KeyFile& key, ByteView passphrase, SealStrength strength) {
  assert_complete(key);
  if (auto ok = check_passphrase(passphrase); !ok) return fail(ok.error());
  initialize();
  const SealParameters seal = fresh_parameters(strength);
  const auto sealing_key = stretch(passphrase, seal);
  if (!sealing_key) return fail(sealing_key.error());
  const std::string header = key_file_header(key.kind, key.address, seal);
  SecretBytes sealed(key.secret.size() + kTagBytes);
  crypto_aead_xchacha20poly1305_ietf_encrypt(sealed.data(), nullptr, key.secret.data(),
                                             key.secret.size(), as_unsigned(header), header.size(),
                                             nullptr, seal.nonce.data(), sealing_key->data());
  return with_hex(header + "sealed: ", sealed);
}

Result<KeyFileInfo> inspect_key_file(ByteView text) {
  const auto file = parse_key_file(text);
  if (!file) return fail(file.error());
  return file->info;
}

Result<KeyFile> open_key_file(ByteView text, ByteView passphrase) {
  auto file = parse_key_file(text);
  if (!file) return fail(file.error());
  KeyFile out{file->info.kind, file->info.address, {}};
  if (file->info.sealed) {
    auto secret = unseal(*file, passphrase);
    if (!secret) return fail(secret.error());
    out.secret = std::move(*secret);
  } else {
    out.secret = std::move(file->payload);
  }
  if (out.address && SigningKey::from_seed(out.secret).public_key() != *out.address) {
    return fail(Code::damaged,
                fmt::format("the key file's secret is not the one of its address {}; restore the "
                            "file from a copy",
                            to_bech32m(kAddressPrefix, out.address->view())));
  }
  return out;
}

}  // namespace generion::crypto
