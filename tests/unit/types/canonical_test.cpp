#include "types/canonical.h"

#include <catch2/catch.hpp>

#include "base/hex.h"

namespace generion {
namespace {

struct Sample {
  std::uint64_t number = 0;
  Bytes text;
  std::vector<Bytes> list;
  std::vector<std::uint64_t> ids;
  friend bool operator==(const Sample&, const Sample&) = default;
};

Bytes encode(const Sample& sample) {
  CanonicalWriter out;
  out.uint(1, sample.number).bytes(2, sample.text);
  for (const Bytes& entry : sample.list) out.element(3, entry);
  return out.packed(4, sample.ids).take();
}

Result<Sample> decode(ByteView bytes) {
  CanonicalReader in(bytes, "sample");
  Sample out;
  out.number = in.uint(1, "number");
  out.text = Bytes(in.bytes(2, "text"));
  for (const ByteView entry : in.elements(3, "list", 3)) out.list.emplace_back(entry);
  out.ids = in.packed(4, "ids", 4);
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  return out;
}

Error error_of(std::string_view hex) {
  const auto decoded = decode(*from_hex(hex));
  REQUIRE_FALSE(decoded);
  return decoded.error();
}

TEST_CASE("canonical: what is written is read back") {
  const Sample samples[] = {{},
                            {1, "", {}, {}},
                            {UINT64_MAX, "text", {"", "a"}, {0, 1, 127, 128, UINT64_MAX}},
                            {0, Bytes(300, 'x'), {"a", "b", "c"}, {7}}};
  for (const Sample& sample : samples) {
    const auto decoded = decode(encode(sample));
    if (sample.ids.size() > 4) {
      REQUIRE_FALSE(decoded);
      CHECK(decoded.error().code == Code::too_many);
    } else {
      REQUIRE(decoded);
      CHECK(*decoded == sample);
    }
  }
}

TEST_CASE("canonical: the bytes are Protocol Buffers'") {
  CHECK(to_hex(encode({150, "hi", {"a"}, {3, 270}})) ==
        "089601"
        "12026869"
        "1a0161"
        "2203038e02");
}

TEST_CASE("canonical: every other spelling is refused") {
  struct Case {
    std::string_view hex;
    Code code;
    std::string_view part;
  };
  const Case cases[] = {
      {"0800", Code::not_canonical, "default"},
      {"08808000", Code::not_canonical, "longer than it needs"},
      {"088100", Code::not_canonical, "longer than it needs"},
      {"08ffffffffffffffffff7f", Code::malformed, "more than 64 bits"},
      {"08ffffffffffffffffffff01", Code::malformed, "more than 64 bits"},
      {"0801"
       "0802",
       Code::not_canonical, "twice"},
      {"120161"
       "0801",
       Code::not_canonical, "ascending"},
      {"1200", Code::not_canonical, "empty"},
      {"2200", Code::not_canonical, "empty"},
      {"2801", Code::not_canonical, "unknown"},
      {"0d00000000", Code::malformed, "wire type"},
      {"1205616263", Code::malformed, "truncated"},
      {"08", Code::malformed, "truncated"},
      {"00", Code::malformed, "field number 0"},
      {"1a00"
       "1a00"
       "1a00"
       "1a00",
       Code::too_many, "3 elements"},
      {"220180", Code::malformed, "truncated"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.hex);
    const Error error = error_of(c.hex);
    CHECK(error.code == c.code);
    CHECK_THAT(error.message, Catch::Contains(std::string(c.part)));
  }
}

}  // namespace
}  // namespace generion
