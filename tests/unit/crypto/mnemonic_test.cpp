#include "crypto/mnemonic.h"

#include <set>
#include <sstream>

#include "vectors.h"

namespace generion::crypto {
namespace {

std::string valid_phrase() {
  std::string out;
  for (int i = 0; i < 23; ++i) out += "abandon ";
  return out + "art";
}

std::string with_word(std::size_t place, const std::string& word) {
  std::istringstream in(valid_phrase());
  std::string out;
  std::string old;
  for (std::size_t i = 1; in >> old; ++i) out += (i == 1 ? "" : " ") + (i == place ? word : old);
  return out;
}

std::string refusal(const std::string& phrase) {
  const auto result = normalize_phrase(phrase);
  REQUIRE_FALSE(result);
  CHECK(result.error().code == Code::bad_phrase);
  CHECK(phrase_seed(phrase, "").error() == result.error());
  return result.error().message;
}

}  // namespace

TEST_CASE("BIP 39's 24-word vectors") {
  for (const auto& vector : load_array("published.json", "bip39")) {
    const SecretBytes phrase = phrase_from_entropy(secret_of(vector, "entropy"));
    CHECK(phrase.view() == text_of(vector, "phrase"));
    const auto seed = phrase_seed(phrase.view(), "TREZOR");
    REQUIRE(seed);
    CHECK(hex_of(*seed) == text_of(vector, "seed"));
  }
}

TEST_CASE("the project's phrases, with passphrases in any Unicode form") {
  for (const auto& vector : load_array("keys.json", "cases")) {
    const auto seed = phrase_seed(text_of(vector, "phrase"), text_of(vector, "passphrase"));
    REQUIRE(seed);
    CHECK(hex_of(*seed) == text_of(vector, "seed"));
  }
  // U+00E9 and e with U+0301 are the same to NFKD, and so are U+FB01 and fi.
  const auto composed = phrase_seed(valid_phrase(), "caf\xc3\xa9 \xef\xac\x81");
  const auto decomposed = phrase_seed(valid_phrase(), "cafe\xcc\x81 fi");
  REQUIRE(composed);
  REQUIRE(decomposed);
  CHECK(composed->view() == decomposed->view());
  CHECK(phrase_seed(valid_phrase(), "cafe fi")->view() != composed->view());
}

TEST_CASE("the word list is BIP 39's") {
  CHECK(phrase_word(0) == "abandon");
  CHECK(phrase_word(1) == "ability");
  CHECK(phrase_word(2047) == "zoo");
  std::set<std::string_view> beginnings;
  for (std::size_t i = 0; i < 2048; ++i) beginnings.insert(phrase_word(i).substr(0, 4));
  CHECK(beginnings.size() == 2048);  // four letters tell the words apart
}

TEST_CASE("a phrase may be typed with capitals and any white space") {
  std::string typed = "  ABANDON\tAbandon\n\n";
  for (int i = 0; i < 21; ++i) typed += "abandon\xc2\xa0";  // no-break space
  const auto normalized = normalize_phrase(typed + " ART\r\n");
  REQUIRE(normalized);
  CHECK(normalized->view() == valid_phrase());
}

TEST_CASE("new phrases are valid and differ") {
  const SecretBytes first = new_phrase();
  const SecretBytes second = new_phrase();
  CHECK(first.view() != second.view());
  REQUIRE(normalize_phrase(first.view()));
  CHECK(normalize_phrase(first.view())->view() == first.view());
}

TEST_CASE("a mistyped word is named with the nearest one") {
  CHECK(refusal(with_word(3, "abandn")) ==
        "word 3 of the phrase, \"abandn\", is not in the list of BIP 39; the nearest word is "
        "\"abandon\"");
  CHECK(refusal(with_word(1, "zooo")).ends_with("the nearest word is \"zoo\""));
  CHECK(refusal(with_word(24, "mucsle")).ends_with("the nearest word is \"muscle\""));
  CHECK(refusal(with_word(7, "hosptial")).ends_with("the nearest word is \"hospital\""));
  CHECK(refusal(with_word(7, "pr0blem")).ends_with("the nearest word is \"problem\""));
}

TEST_CASE("a word that cannot be shown is told by its place") {
  const std::string odd = GENERATE(std::string(33, 'a'), std::string("caf\xc3\xa9"));
  const std::string message = refusal(with_word(5, odd));
  CHECK(message.starts_with("word 5 of the phrase is not in the list"));
  CHECK(message.find(odd) == std::string::npos);
}

TEST_CASE("the number of words is checked") {
  CHECK(refusal("") == "the phrase has 0 words; it must have 24");
  CHECK(refusal(" \n") == "the phrase has 0 words; it must have 24");
  CHECK(refusal("abandon art") == "the phrase has 2 words; it must have 24");
  CHECK(refusal(valid_phrase() + " art") == "the phrase has 25 words; it must have 24");
}

TEST_CASE("wrong checksums are noticed, eight of each 2048 last words being right") {
  int valid = 0;
  for (std::size_t i = 0; i < 2048; ++i) {
    const auto result = normalize_phrase(with_word(24, std::string(phrase_word(i))));
    if (result) {
      ++valid;
    } else {
      CHECK(result.error().message.find("checksum") != std::string::npos);
    }
  }
  CHECK(valid == 8);  // 3 bits of the last word are entropy
}

TEST_CASE("phrases and passphrases that are no text or too long are refused") {
  CHECK(refusal("\xff\xfe").find("UTF-8") != std::string::npos);
  CHECK(refusal(std::string(1'025, 'a')).find("1024 at most") != std::string::npos);
  CHECK(phrase_seed(valid_phrase(), "\xff").error().code == Code::bad_passphrase);
  CHECK(phrase_seed(valid_phrase(), std::string(1'025, 'a')).error().code == Code::bad_passphrase);
  CHECK(phrase_seed(valid_phrase(), std::string(1'024, 'a')));
}

}  // namespace generion::crypto
