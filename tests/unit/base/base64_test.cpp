#include "base/base64.h"

#include <catch2/catch.hpp>

namespace generion {
namespace {

Bytes all_bytes() {
  Bytes out;
  for (int i = 0; i < 256; ++i) out.push_back(static_cast<char>(i));
  return out;
}

}  // namespace

TEST_CASE("RFC 4648's base64 vectors") {
  struct Vector {
    std::string_view text, base64;
  };
  const Vector vector = GENERATE(Vector{"", ""}, Vector{"f", "Zg=="}, Vector{"fo", "Zm8="},
                                 Vector{"foo", "Zm9v"}, Vector{"foob", "Zm9vYg=="},
                                 Vector{"fooba", "Zm9vYmE="}, Vector{"foobar", "Zm9vYmFy"});
  CHECK(to_base64(vector.text) == vector.base64);
  CHECK(from_base64(vector.base64) == vector.text);
}

TEST_CASE("every byte comes back from base64") {
  for (std::size_t cut = 0; cut < 4; ++cut) {
    const Bytes part = all_bytes().substr(cut);
    CHECK(from_base64(to_base64(part)) == part);
  }
}

TEST_CASE("what is no strict base64 is refused") {
  const std::string_view text = GENERATE("Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm 9v", "Zm9v\n",
                                         "====", "=Zg=", "Zg==Zg==", "Zm9_", "Zm9-", "A");
  CHECK_FALSE(from_base64(text));
}

}  // namespace generion
