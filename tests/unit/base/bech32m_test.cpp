#include "base/bech32m.h"

#include <catch2/catch.hpp>

#include "base/hex.h"
#include "base/limits.h"

namespace generion {
namespace {

const std::string kAddress = "gen1vdrex9845mrysqwcur7srzg60gxehy2jnzl5lxr5gjr9tq59l50qx3s9w6";

std::string refusal(std::string_view prefix, std::string_view text) {
  const auto result = from_bech32m(prefix, text);
  REQUIRE_FALSE(result);
  CHECK(result.error().code == Code::bad_address);
  return result.error().message;
}

}  // namespace

TEST_CASE("BIP 350's valid texts that hold whole bytes are read and written") {
  struct Vector {
    std::string_view prefix, text, bytes;
  };
  const Vector vector = GENERATE(
      Vector{"a", "a1lqfn3a", ""},
      Vector{"an83characterlonghumanreadablepartthatcontainsthetheexcludedcharactersbioandnumber1",
             "an83characterlonghumanreadablepartthatcontainsthetheexcludedcharactersbioandnumber"
             "11sg7hg6",
             ""},
      Vector{"abcdef", "abcdef1l7aum6echk45nj3s0wdvt2fg8x9yrzpqzd3ryx",
             "ffbbcdeb38bdab49ca307b9ac5a928398a418820"},
      Vector{"split", "split1checkupstagehandshakeupstreamerranterredcaperredlc445v",
             "c5f38b70305f519bf66d85fb6cf03058f3dde463ecd7918f2dc743918f2d"},
      Vector{"?", "?1v759aa", ""});
  const auto bytes = from_bech32m(vector.prefix, vector.text);
  REQUIRE(bytes);
  CHECK(to_hex(*bytes) == vector.bytes);
  CHECK(to_bech32m(vector.prefix, *bytes) == vector.text);
}

TEST_CASE("BIP 350's text in upper case is read") {
  CHECK(from_bech32m("a", "A1LQFN3A") == Bytes());
}

TEST_CASE("BIP 350's invalid texts are refused") {
  CHECK(refusal("y", "y1b0jsk6g").starts_with("'b' at position 3 is not allowed"));
  CHECK(refusal("lt", "lt1igcx5c0").starts_with("'i' at position 4 is not allowed"));
  CHECK(refusal("in", "in1muywd").starts_with("too short"));
  CHECK(refusal("mm", "mm1crxm3i").starts_with("'i' at position 9 is not allowed"));
  CHECK(refusal("au", "au1s5cgom").starts_with("'o' at position 8 is not allowed"));
  CHECK(refusal("m", "M1VUXWEZ").starts_with("the checksum does not match"));
  CHECK(refusal("q", "qyrz8wqd2c9m") == "does not start with q1");
}

TEST_CASE("a text of BIP 173, the older checksum, is refused") {
  CHECK(refusal("a", "a12uel5l").starts_with("the checksum does not match"));
}

TEST_CASE("a valid checksum over groups that are no whole bytes is refused") {
  const std::string text = "11" + std::string(82, 'l') + "ludsr8";  // BIP 350: 82 groups of 31
  CHECK(refusal("1", text).find("whole bytes") != std::string::npos);
}

TEST_CASE("bytes of every length come back") {
  Bytes bytes;
  for (std::size_t size = 0; size <= 70; ++size) {
    const auto back = from_bech32m("gen", to_bech32m("gen", bytes));
    REQUIRE(back);
    CHECK(*back == bytes);
    bytes.push_back(static_cast<char>(size * 37 + 200));
  }
  const Bytes most(limits::kBech32mBytesMax, '\xa5');
  CHECK(from_bech32m("gen", to_bech32m("gen", most)) == most);
}

TEST_CASE("every single wrong character of an address is noticed") {
  constexpr std::string_view kAlphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
  REQUIRE(from_bech32m("gen", kAddress));
  for (std::size_t i = 4; i < kAddress.size(); ++i) {
    for (const char c : kAlphabet) {
      if (c == kAddress[i]) continue;
      std::string wrong = kAddress;
      wrong[i] = c;
      CHECK_FALSE(from_bech32m("gen", wrong));
    }
  }
}

TEST_CASE("two swapped neighbours and a missing or doubled character are noticed") {
  for (std::size_t i = 4; i + 1 < kAddress.size(); ++i) {
    std::string wrong = kAddress;
    std::swap(wrong[i], wrong[i + 1]);
    if (wrong != kAddress) CHECK_FALSE(from_bech32m("gen", wrong));
    wrong = kAddress;
    wrong.erase(i, 1);
    CHECK_FALSE(from_bech32m("gen", wrong));
    wrong = kAddress;
    wrong.insert(i, 1, wrong[i]);
    CHECK_FALSE(from_bech32m("gen", wrong));
  }
}

TEST_CASE("a refusal says what is wrong") {
  std::string mixed = kAddress;
  mixed[5] = 'D';
  CHECK(refusal("gen", mixed).starts_with("mixed upper and lower case"));
  CHECK(refusal("gen", "bc1" + kAddress.substr(4)) == "does not start with gen1");
  CHECK(refusal("gen", "") == "does not start with gen1");
  CHECK(refusal("gen", "gen") == "does not start with gen1");
  CHECK(refusal("gen", "gen1").starts_with("too short: has 4 characters, 10 at least"));
  CHECK(refusal("gen", std::string(10'000, 'q')).starts_with("too long: has 10000 characters"));
  std::string control = kAddress;
  control[6] = '\n';
  CHECK(refusal("gen", control).starts_with("byte 0a at position 7 is not allowed"));
  CHECK(refusal("gen", kAddress + " ").starts_with("' ' at position 63 is not allowed"));
}

}  // namespace generion
