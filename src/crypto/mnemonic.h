// Recovery phrases: BIP 39 with 24 English words (256 bits).
#pragma once

#include <string_view>

#include "base/bytes.h"
#include "base/error.h"
#include "crypto/secret.h"

namespace generion::crypto {

inline constexpr int kPhraseWords = 24;

// A new phrase from the system's random source: words in lower case, one space between them.
SecretBytes new_phrase();

// The phrase of 32 bytes of entropy.
SecretBytes phrase_from_entropy(const SecretBytes& entropy);

// The phrase as it should be written: NFKD, lower case, one space between words. Error bad_phrase:
// not 24 words, a word that is not in the list (named, with its place and the nearest word that
// is), or a checksum that does not match. The message holds at most that one mistyped word.
Result<SecretBytes> normalize_phrase(ByteView phrase);

// BIP 39's seed, 64 bytes: PBKDF2-HMAC-SHA512, 2048 rounds. The passphrase is BIP 39's own and
// mostly empty; another one gives other keys, none is wrong. Errors: bad_phrase as
// normalize_phrase, bad_passphrase (not UTF-8).
Result<SecretBytes> phrase_seed(ByteView phrase, ByteView passphrase);

// BIP 39's list, sorted. index < 2048.
std::string_view phrase_word(std::size_t index);

}  // namespace generion::crypto
