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

}  // namespace
}  // namespace generion::consensus::testing
