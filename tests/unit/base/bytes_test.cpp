#include "base/bytes.h"

#include <catch2/catch.hpp>

namespace generion {
namespace {

using Four = FixedBytes<4, struct FourTag>;

}  // namespace

TEST_CASE("fixed bytes take exactly their size") {
  CHECK(Four::from("abcd"));
  CHECK_FALSE(Four::from("abc"));
  CHECK_FALSE(Four::from("abcde"));
  CHECK_FALSE(Four::from(""));
  CHECK(Four().is_zero());
  CHECK(Four({0, 0, 0, 1}) < Four({0, 0, 1, 0}));
}

}  // namespace generion
