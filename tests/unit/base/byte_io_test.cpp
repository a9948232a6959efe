#include "base/byte_io.h"

#include <catch2/catch.hpp>

#include "base/hex.h"

namespace generion {
namespace {

using Four = FixedBytes<4, struct FourTag>;

}  // namespace

TEST_CASE("ByteReader reads what ByteWriter wrote, big-endian") {
  const Four four({1, 2, 3, 4});
  const Bytes bytes = ByteWriter()
                          .u8(0xab)
                          .u16(0x0102)
                          .u32(0x03040506)
                          .u48(0x0708090a0b0c)
                          .u64(0xfffefdfcfbfaf9f8)
                          .fixed(four)
                          .sized("text")
                          .raw("end")
                          .bytes();
  CHECK(to_hex(bytes) ==
        "ab"
        "0102"
        "03040506"
        "0708090a0b0c"
        "fffefdfcfbfaf9f8"
        "01020304"
        "0000000474657874"
        "656e64");
  ByteReader in(bytes);
  CHECK(in.u8() == 0xab);
  CHECK(in.u16() == 0x0102);
  CHECK(in.u32() == 0x03040506);
  CHECK(in.u48() == 0x0708090a0b0c);
  CHECK(in.u64() == 0xfffefdfcfbfaf9f8);
  CHECK(in.fixed<Four>() == four);
  CHECK(in.sized() == "text");
  CHECK(in.remaining() == 3);
  CHECK_FALSE(in.done());
  CHECK(in.raw(3) == "end");
  CHECK(in.done());
}

TEST_CASE("a read past the end fails for good and yields zeros") {
  ByteReader in(ByteView("\x01\x02\x03", 3));
  CHECK(in.u32() == 0);
  CHECK_FALSE(in.ok());
  CHECK(in.u8() == 0);
  CHECK(in.fixed<Four>().is_zero());
  CHECK(in.sized().empty());
  CHECK_FALSE(in.done());
}

TEST_CASE("a length that promises more than there is fails") {
  const Bytes bytes = ByteWriter().u32(0xffffffff).raw("abc").bytes();
  ByteReader in(bytes);
  CHECK(in.sized().empty());
  CHECK_FALSE(in.ok());
}

}  // namespace generion
