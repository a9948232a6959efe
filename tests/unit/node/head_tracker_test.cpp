#include "node/head_tracker.h"

#include <catch2/catch.hpp>

namespace generion::node {
namespace {

PublicKey member(std::uint8_t number) {
  PublicKey out;
  out.data()[0] = number;
  return out;
}

TEST_CASE("head: proven once f + 1 members have sealed that high, whatever one claims") {
  HeadTracker heads(4);
  CHECK(heads.proven() == Height(0));
  heads.on_seal(member(1), Height(1'000'000));
  CHECK(heads.proven() == Height(0));
  heads.on_seal(member(2), Height(7));
  CHECK(heads.proven() == Height(7));
  heads.on_seal(member(3), Height(9));
  heads.on_seal(member(3), Height(8));  // an old one
  CHECK(heads.proven() == Height(9));
}

}  // namespace
}  // namespace generion::node
