#include "crypto/hash.h"

#include <catch2/catch.hpp>

#include "base/hex.h"

namespace generion::crypto {

TEST_CASE("BLAKE2b-256 of nothing and of RFC 7693's abc") {
  CHECK(to_hex(blake2b256({})) ==
        "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
  CHECK(to_hex(blake2b256({"abc"})) ==
        "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
}

TEST_CASE("parts are hashed one after the other") {
  CHECK(blake2b256({"a", "", "bc"}) == blake2b256({"abc"}));
}

TEST_CASE("a tagged hash puts a zero byte after the tag") {
  CHECK(tagged_hash("tag", {"a", "b"}) == blake2b256({ByteView("tag\0", 4), "ab"}));
  CHECK(tagged_hash("tag", {}) != blake2b256({"tag"}));
}

TEST_CASE("a hash state takes parts of any size, may be copied, and goes on after finish") {
  const Bytes long_text(1'000, 'x');
  HashState state;
  CHECK(state.finish() == blake2b256({}));
  for (std::size_t i = 0; i < long_text.size(); i += 7)
    state.update(ByteView(long_text).substr(i, 7));
  CHECK(state.finish() == blake2b256({long_text}));
  HashState copy = state;
  copy.update("more");
  CHECK(state.finish() == blake2b256({long_text}));
  CHECK(copy.finish() == blake2b256({long_text, "more"}));
}

}  // namespace generion::crypto
