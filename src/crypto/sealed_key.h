// The text of a key file, plain or sealed with a passphrase. Whoever writes it to disk gives it
// mode 0600 (base/file.h). Lines end in \n, in this order; binary values are lower-case
// hexadecimal.
//
//   generion-key: 1
//   kind: validator             user, institution, validator, governance or phrase
//   address: gen1...            the public key; not for a phrase, which has one per chain
//   secret: <hex>               plain: the secret; the last line
//
// or, sealed, instead of the last line:
//
//   seal: argon2id-xchacha20poly1305
//   operations: 3               Argon2id's passes, 2 to 4
//   memory_kib: 262144          Argon2id's memory, 64 MiB to 1 GiB
//   salt: <16 bytes>
//   nonce: <24 bytes>
//   sealed: <hex>               the secret and 16 bytes of authentication
//
// The key of the seal is Argon2id(passphrase, salt); all lines above `sealed` are authenticated
// with it, so none can be exchanged.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "base/error.h"
#include "crypto/keys.h"
#include "crypto/secret.h"

namespace generion::crypto {

enum class KeyKind { user, institution, validator, governance, phrase };

// "validator". Valid for the program's life.
std::string_view key_kind_name(KeyKind kind);

// What a key file holds. All kinds but `phrase`: secret is the 32-byte Ed25519 seed and address its
// public key. phrase: secret is text of the caller's (a recovery phrase), 1 to
// limits::kKeyFileSecretBytesMax bytes, and there is no address.
struct KeyFile {
  KeyKind kind = KeyKind::user;
  std::optional<PublicKey> address;
  SecretBytes secret;

  static KeyFile of_key(KeyKind kind, const SigningKey& key);
  static KeyFile of_phrase(SecretBytes text);
};

// What a key file says in clear.
struct KeyFileInfo {
  KeyKind kind = KeyKind::user;
  std::optional<PublicKey> address;
  bool sealed = false;

  friend bool operator==(const KeyFileInfo&, const KeyFileInfo&) = default;
};

// How long one guess of the passphrase takes: about 0.1 s and 64 MiB, or 0.7 s and 256 MiB.
enum class SealStrength { interactive, moderate };

SecretBytes encode_key_file(const KeyFile& key);

// Any bytes are a passphrase; they are taken as they are. Errors: bad_passphrase (empty, or longer
// than limits::kPassphraseBytesMax), overloaded (the memory for Argon2id is not there).
Result<SecretBytes> seal_key_file(const KeyFile& key, ByteView passphrase,
                                  SealStrength strength = SealStrength::moderate);

// Errors: malformed (names the line and what it should be), newer_format.
Result<KeyFileInfo> inspect_key_file(ByteView text);

// The passphrase is not looked at if the file is plain. Errors: those of inspect_key_file;
// bad_passphrase (wrong or missing; an altered file cannot be told from a wrong passphrase);
// damaged (the secret is not the one of the address); overloaded.
Result<KeyFile> open_key_file(ByteView text, ByteView passphrase);

}  // namespace generion::crypto
