#include "base/hex.h"

#include <catch2/catch.hpp>

namespace generion {
namespace {

Bytes all_bytes() {
  Bytes out;
  for (int i = 0; i < 256; ++i) out.push_back(static_cast<char>(i));
  return out;
}

}  // namespace

TEST_CASE("RFC 4648's hexadecimal vectors") {
  struct Vector {
    std::string_view text, hex;
  };
  const Vector vector = GENERATE(Vector{"", ""}, Vector{"f", "66"}, Vector{"fo", "666f"},
                                 Vector{"foo", "666f6f"}, Vector{"foob", "666f6f62"},
                                 Vector{"fooba", "666f6f6261"}, Vector{"foobar", "666f6f626172"});
  CHECK(to_hex(vector.text) == vector.hex);
  CHECK(from_hex(vector.hex) == vector.text);
}

TEST_CASE("every byte comes back from hexadecimal") {
  CHECK(from_hex(to_hex(all_bytes())) == all_bytes());
}

TEST_CASE("hexadecimal is read in either case and written in lower case") {
  CHECK(from_hex("DeadBEEF") == Bytes("\xde\xad\xbe\xef"));
  CHECK(to_hex(Bytes("\xde\xad\xbe\xef")) == "deadbeef");
}

TEST_CASE("what is no hexadecimal is refused") {
  const std::string_view text = GENERATE("a", "abc", "0g", "zz", "0x10", " 10", "1 ", "-1");
  CHECK_FALSE(from_hex(text));
}

}  // namespace generion
