#include "crypto/mnemonic.h"

#include <fmt/format.h>
#include <sodium.h>
#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>
#include <optional>
#include <vector>

#include "base/assert.h"
#include "base/limits.h"

namespace generion::crypto {
namespace {

constexpr std::string_view kWords[] = {
#include "crypto/bip39_english.inc"
};
constexpr std::size_t kBitsPerWord = 11;
constexpr std::size_t kEntropyBytes = 32;
constexpr int kRounds = 2048;
constexpr std::size_t kShownWordBytesMax = 32;
static_assert(std::size(kWords) == std::size_t{1} << kBitsPerWord);
static_assert(std::is_sorted(std::begin(kWords), std::end(kWords)));
static_assert(kPhraseWords * kBitsPerWord == kEntropyBytes * 8 + 8);

// NFKD; nullopt if the text is not UTF-8.
std::optional<SecretBytes> decompose(ByteView text) {
  constexpr auto kOptions =
      static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT);
  const auto* const bytes = as_unsigned(text);
  const auto length = static_cast<utf8proc_ssize_t>(text.size());
  if (length == 0) return SecretBytes();
  const utf8proc_ssize_t points = utf8proc_decompose(bytes, length, nullptr, 0, kOptions);
  if (points < 0) return std::nullopt;
  // Code points, then the text in their place; reencode wants one byte more. A size that is a
  // multiple of 4 keeps sodium_malloc's memory aligned.
  SecretBytes buffer((static_cast<std::size_t>(points) + 1) * sizeof(utf8proc_int32_t));
  auto* const code_points = reinterpret_cast<utf8proc_int32_t*>(buffer.data());
  const auto written = utf8proc_decompose(bytes, length, code_points, points, kOptions);
  GENERION_ASSERT(written == points);
  const auto size = utf8proc_reencode(code_points, points, kOptions);
  GENERION_ASSERT(size >= 0);
  return SecretBytes::copy_of(buffer.view().substr(0, static_cast<std::size_t>(size)));
}

std::vector<ByteView> split(ByteView text) {
  constexpr ByteView kSpace = " \t\r\n\v\f";
  std::vector<ByteView> words;
  for (std::size_t start = text.find_first_not_of(kSpace); start != ByteView::npos;) {
    const std::size_t end = text.find_first_of(kSpace, start);
    words.push_back(text.substr(start, end == ByteView::npos ? end : end - start));
    start = text.find_first_not_of(kSpace, std::min(end, text.size()));
  }
  return words;
}

// Insertions, deletions, replacements and swaps of neighbours between two words (optimal string
// alignment).
std::size_t distance(ByteView a, ByteView b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] =
          std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    std::swap(before, last);
    std::swap(last, row);
  }
  return last.back();
}

std::size_t common_prefix(ByteView a, ByteView b) {
  return static_cast<std::size_t>(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first -
                                  a.begin());
}

// Among equally distant words the one that begins most like it, since beginnings are remembered.
std::string_view nearest_word(ByteView word) {
  const auto rank = [word](std::string_view candidate) {
    return std::pair(distance(word, candidate), word.size() - common_prefix(word, candidate));
  };
  return *std::min_element(
      std::begin(kWords), std::end(kWords),
      [&](std::string_view a, std::string_view b) { return rank(a) < rank(b); });
}

std::unexpected<Error> unknown_word(std::size_t place, ByteView word) {
  const bool plain =
      word.size() <= kShownWordBytesMax &&
      std::all_of(word.begin(), word.end(), [](char c) { return c > ' ' && c <= '~'; });
  if (!plain) {
    return fail(
        Code::bad_phrase,
        fmt::format("word {} of the phrase is not in the list of BIP 39, whose words have 3 "
                    "to 8 letters a to z",
                    place));
  }
  return fail(
      Code::bad_phrase,
      fmt::format("word {} of the phrase, \"{}\", is not in the list of BIP 39; the nearest "
                  "word is \"{}\"",
                  place, word, nearest_word(word)));
}

std::uint8_t checksum_of(const std::uint8_t* entropy) {
  std::array<std::uint8_t, crypto_hash_sha256_BYTES> hash;
  crypto_hash_sha256(hash.data(), entropy, kEntropyBytes);
  const std::uint8_t first = hash.front();
  sodium_memzero(hash.data(), hash.size());
  return first;
}

// The words' places in the list as one bit string: the entropy, then 8 bits of checksum.
Result<SecretBytes> bits_of(const std::vector<ByteView>& words) {
  SecretBytes bits(kEntropyBytes + 1);
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto* const found = std::lower_bound(std::begin(kWords), std::end(kWords), words[i]);
    if (found == std::end(kWords) || *found != words[i]) return unknown_word(i + 1, words[i]);
    const auto index = static_cast<std::size_t>(found - std::begin(kWords));
    for (std::size_t bit = 0; bit < kBitsPerWord; ++bit) {
      const std::size_t place = i * kBitsPerWord + bit;
      const auto value = static_cast<std::uint8_t>(index >> (kBitsPerWord - 1 - bit) & 1);
      bits.data()[place / 8] |= static_cast<std::uint8_t>(value << (7 - place % 8));
    }
  }
  return bits;
}

SecretBytes join(const std::vector<ByteView>& words) {
  std::size_t size = words.size() - 1;
  for (const ByteView word : words) size += word.size();
  SecretBytes out(size);
  std::uint8_t* at = out.data();
  for (const ByteView word : words) {
    if (at != out.data()) *at++ = ' ';
    at = std::copy(word.begin(), word.end(), at);
  }
  return out;
}

// PBKDF2 (RFC 8018) with HMAC-SHA512 for one block of output: U1 ^ U2 ^ ... ^ U2048.
SecretBytes pbkdf2(ByteView password, ByteView salt) {
  crypto_auth_hmacsha512_state keyed;
  crypto_auth_hmacsha512_init(&keyed, as_unsigned(password), password.size());
  SecretBytes u(crypto_auth_hmacsha512_BYTES);
  SecretBytes out(crypto_auth_hmacsha512_BYTES);
  crypto_auth_hmacsha512_state state = keyed;
  constexpr std::array<std::uint8_t, 4> kBlockOne = {0, 0, 0, 1};
  crypto_auth_hmacsha512_update(&state, as_unsigned(salt), salt.size());
  crypto_auth_hmacsha512_update(&state, kBlockOne.data(), kBlockOne.size());
  for (int round = 1;; ++round) {
    crypto_auth_hmacsha512_final(&state, u.data());
    for (std::size_t i = 0; i < out.size(); ++i) out.data()[i] ^= u.data()[i];
    if (round == kRounds) break;
    state = keyed;
    crypto_auth_hmacsha512_update(&state, u.data(), u.size());
  }
  sodium_memzero(&keyed, sizeof keyed);
  sodium_memzero(&state, sizeof state);
  return out;
}

}  // namespace

std::string_view phrase_word(std::size_t index) {
  GENERION_ASSERT(index < std::size(kWords));
  return kWords[index];
}

SecretBytes phrase_from_entropy(const SecretBytes& entropy) {
  GENERION_ASSERT(entropy.size() == kEntropyBytes);
  SecretBytes bits(kEntropyBytes + 1);
  std::memcpy(bits.data(), entropy.data(), kEntropyBytes);
  bits.data()[kEntropyBytes] = checksum_of(entropy.data());
  std::vector<ByteView> words;
  for (std::size_t i = 0; i < kPhraseWords; ++i) {
    std::size_t index = 0;
    for (std::size_t place = i * kBitsPerWord; place < (i + 1) * kBitsPerWord; ++place) {
      index = index << 1 | (bits.data()[place / 8] >> (7 - place % 8) & 1);
    }
    words.push_back(kWords[index]);
  }
  return join(words);
}

SecretBytes new_phrase() {
  SecretBytes entropy(kEntropyBytes);
  randombytes_buf(entropy.data(), entropy.size());
  return phrase_from_entropy(entropy);
}

Result<SecretBytes> normalize_phrase(ByteView phrase) {
  if (phrase.size() > limits::kPhraseBytesMax) {
    return fail(Code::bad_phrase, fmt::format("the phrase has {} bytes, {} at most", phrase.size(),
                                              limits::kPhraseBytesMax));
  }
  auto text = decompose(phrase);
  if (!text) return fail(Code::bad_phrase, "the phrase is not valid UTF-8 text");
  for (std::size_t i = 0; i < text->size(); ++i) {
    std::uint8_t& c = text->data()[i];
    if (c >= 'A' && c <= 'Z') c = static_cast<std::uint8_t>(c - 'A' + 'a');
  }
  const auto words = split(text->view());
  if (words.size() != kPhraseWords) {
    return fail(Code::bad_phrase, fmt::format("the phrase has {} words; it must have {}",
                                              words.size(), kPhraseWords));
  }
  const auto bits = bits_of(words);
  if (!bits) return fail(bits.error());
  if (bits->data()[kEntropyBytes] != checksum_of(bits->data())) {
    return fail(
        Code::bad_phrase,
        "the phrase's checksum does not match: a word is another one than was written down, "
        "or two are in each other's place");
  }
  return join(words);
}

Result<SecretBytes> phrase_seed(ByteView phrase, ByteView passphrase) {
  const auto normalized = normalize_phrase(phrase);
  if (!normalized) return fail(normalized.error());
  if (passphrase.size() > limits::kPassphraseBytesMax) {
    return fail(Code::bad_passphrase,
                fmt::format("the phrase's passphrase has {} bytes, {} at most", passphrase.size(),
                            limits::kPassphraseBytesMax));
  }
  const auto decomposed = decompose(passphrase);
  if (!decomposed) {
    return fail(Code::bad_passphrase, "the phrase's passphrase is not valid UTF-8 text");
  }
  constexpr ByteView kSaltPrefix = "mnemonic";
  SecretBytes salt(kSaltPrefix.size() + decomposed->size());
  std::copy(kSaltPrefix.begin(), kSaltPrefix.end(), salt.data());
  std::copy(decomposed->view().begin(), decomposed->view().end(), salt.data() + kSaltPrefix.size());
  return pbkdf2(normalized->view(), salt.view());
}

}  // namespace generion::crypto
