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
  const auto timer = b.replica->set_due(Height(0), TimeMs(kWall + 500)).set_timer;
  REQUIRE(timer.has_value());
  CHECK(*timer <= Monotonic(1 + 500));
  CHECK(asked<Complaint>(b.tick(499)).empty());
  b.tick(500);
  CHECK(asked<Complaint>(b.tick(1'499)).empty());
  CHECK(asked<Complaint>(b.tick(1'500)).size() == 1);
}

TEST_CASE("progress: a closing epoch is work until its last block, and takes empty batches") {
  Bench b(4, 1);
  const Batch first = b.batch(Height(1), 0, {tx(1)});
  b.execute(first);
  const Batch early = b.batch(Height(2), 1, {});
  CHECK(b.pre_prepare(early).persist.empty());  // held: block 1 may close the epoch
  CHECK(asked<Prepare>(b.replica->close(Height(2))).size() == 1);
  CHECK(b.replica->status().is_closing);
  CHECK(b.replica->status().high == Height(2));
  CHECK_FALSE(b.replica->status().is_over);
  CHECK(asked<Complaint>(b.tick(500)).empty());
  CHECK(asked<Complaint>(b.tick(5'000)).size() == 1);
}

TEST_CASE("progress: an epoch is over with the certificate of its last block") {
  Bench b(4, 1);
  const Batch first = b.batch(Height(1), 0, {tx(1)});
  b.replica->close(Height(1));
  b.execute(first);
  CHECK_FALSE(b.replica->status().is_over);
  for (std::size_t i : {0, 2}) b.settle(b.seal(i, b.block(first)));
  CHECK(b.replica->status().is_over);
  b.replica->set_work(true);
  CHECK(b.pre_prepare(b.batch(Height(2), 1, {tx(2)})).fetch.empty());  // nothing is above it
}

TEST_CASE("progress: an empty batch too soon is refused once the block below has been executed") {
  Bench b(4, 1);
  const Batch first = b.batch(Height(1), 0, {tx(1)});
  b.execute(first);
  b.pre_prepare(b.batch(Height(2), 1, {}));
  CHECK(asked<Prepare>(b.replica->set_due(Height(1), {})).empty());
  CHECK(asked<Prepare>(b.replica->set_due(Height(1), TimeMs(0))).empty());  // refused for good
}

TEST_CASE("progress: a later epoch starts above the last block of the one before") {
  Bench b(4, 1);
  b.settings.members.start = Height(70);
  b.settings.members.epoch = Epoch(3);
  b.settings.start_time = TimeMs(kWall - 5);
  b.restart({});
  const Status& status = b.replica->status();
  CHECK(status.stable == Height(70));
  CHECK(status.executed == Height(70));
  CHECK(status.view == View(0));
  CHECK(status.primary == b.members.key(3));  // (epoch + view) mod n
  Batch batch = b.batch(Height(71), 0, {tx(1)}, 3);
  batch.epoch = Epoch(3);
  CHECK(b.pre_prepare(batch).fetch.size() == 1);
  batch.height = Height(70);
  CHECK(b.pre_prepare(batch).fetch.empty());
}

}  // namespace
}  // namespace generion::consensus::testing
