#include "bench.h"

namespace generion::consensus::testing {
namespace {

TEST_CASE("progress: complains after the timeout while there is work, and only then") {
  Bench b(4, 1);
  CHECK(asked<Complaint>(b.tick(900)).empty());
  b.replica->set_work(true);
  CHECK(asked<Complaint>(b.tick(1'800)).empty());
  CHECK(asked<Complaint>(b.tick(1'900)).size() == 1);
  CHECK(asked<Complaint>(b.tick(9'000)).empty());  // once for each view
  CHECK(b.replica->status().has_complained);
}

TEST_CASE("progress: what is due is work from its time on, and wakes the replica") {
  Bench b(4, 1);
  const auto timer = b.replica->set_due(TimeMs(kWall + 500)).set_timer;
  REQUIRE(timer.has_value());
  CHECK(*timer <= Monotonic(1 + 500));
  CHECK(asked<Complaint>(b.tick(499)).empty());
  b.tick(500);
  CHECK(asked<Complaint>(b.tick(1'499)).empty());
  CHECK(asked<Complaint>(b.tick(1'500)).size() == 1);
}

}  // namespace
}  // namespace generion::consensus::testing
