// The lines of a key file, without its cryptography: used by sealed_key.cpp, which says what they
// mean.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/error.h"
#include "crypto/sealed_key.h"

namespace generion::crypto {

using SealSalt = FixedBytes<16, struct SealSaltTag>;
using SealNonce = FixedBytes<24, struct SealNonceTag>;

struct SealParameters {
  std::uint64_t operations = 0;
  std::uint64_t memory_kib = 0;
  SealSalt salt;
  SealNonce nonce;
};

// All lines above the last one, each with its line end.
std::string key_file_header(KeyKind kind, const std::optional<PublicKey>& address,
                            const std::optional<SealParameters>& seal);

struct KeyFileText {
  KeyFileInfo info;
  std::optional<SealParameters> seal;
  ByteView authenticated;  // the header; borrows from the text
  SecretBytes payload;     // the secret, or the sealed secret with its authentication
};

// Checks everything that needs no passphrase: order, names, ranges, lengths. Errors: malformed
// (with the line), newer_format.
Result<KeyFileText> parse_key_file(ByteView text);

}  // namespace generion::crypto
