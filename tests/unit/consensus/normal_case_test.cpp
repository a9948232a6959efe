#include "bench.h"

namespace generion::consensus::testing {
namespace {

TEST_CASE("normal case: PRE-PREPAREs are accepted in the order of heights only") {
  Bench b(4, 1);
  const Batch first = b.batch(Height(1), 0, {tx(1)});
  const Batch second = b.batch(Height(2), 1, {tx(2)});
  CHECK(b.pre_prepare(second).fetch.empty());
  const auto checks = fetches<CheckBatch>(b.pre_prepare(first));
  REQUIRE(checks.size() == 2);
  CHECK(*checks[0].batch == first);
  CHECK(*checks[1].batch == second);
  const Actions late = b.replica->batch_checked(Height(2), checks[1].digest, BatchVerdict::valid);
  REQUIRE(asked<Prepare>(late).size() == 1);  // votes may overtake each other
  CHECK(asked<Prepare>(late)[0].height == Height(2));
  CHECK(asked<Prepare>(b.replica->batch_checked(Height(1), checks[0].digest, BatchVerdict::invalid))
            .empty());
}

TEST_CASE("normal case: the times of batches") {
  Bench b(4, 1);
  SECTION("ahead of the clock: held, then accepted") {
    const Batch batch = b.batch(Height(1), limits::kDriftAheadMs + 50, {tx(1)});
    const Actions held = b.pre_prepare(batch);
    CHECK(held.fetch.empty());
    REQUIRE(held.set_timer);
    CHECK(held.set_timer == Monotonic(51));
    CHECK(b.tick(49).fetch.empty());
    CHECK(fetches<CheckBatch>(b.tick(50)).size() == 1);
  }
  SECTION("too old: refused for good") {
    b.tick(limits::kDriftBehindMs + 1'000);
    CHECK(b.pre_prepare(b.batch(Height(1), 999, {tx(1)})).fetch.empty());
    CHECK(b.tick(limits::kDriftBehindMs + 2'000).fetch.empty());
  }
  SECTION("not later than the batch before: refused") {
    CHECK(b.pre_prepare(b.batch(Height(1), 5, {tx(1)})).fetch.size() == 1);
    CHECK(b.pre_prepare(b.batch(Height(2), 5, {tx(2)})).fetch.empty());
  }
  SECTION("empty: at once when something is due by its time") {
    b.replica->set_due(Height(0), TimeMs(kWall + 6));
    CHECK(b.pre_prepare(b.batch(Height(1), 5, {})).persist.empty());
    Bench other(4, 1);
    other.replica->set_due(Height(0), TimeMs(kWall + 5));
    CHECK(asked<Prepare>(other.pre_prepare(other.batch(Height(1), 5, {}))).size() == 1);
  }
  SECTION("empty: only after the gap") {
    CHECK(b.pre_prepare(b.batch(Height(1), b.settings.empty_gap_ms - 1'001, {})).persist.empty());
    Bench other(4, 1);
    other.tick(other.settings.empty_gap_ms);
    const Actions accepted =
        other.pre_prepare(other.batch(Height(1), other.settings.empty_gap_ms - 1'000, {}));
    CHECK(asked<Prepare>(accepted).size() == 1);
  }
}

TEST_CASE(
    "normal case: one digest for each height and view; two are evidence and a reason to leave") {
  Bench b(4, 1);
  const Batch first = b.batch(Height(1), 0, {tx(1)});
  const Batch second = b.batch(Height(1), 0, {tx(2)});
  b.pre_prepare(first);
  const Actions caught = b.pre_prepare(second);
  REQUIRE(caught.evidence.size() == 1);
  CHECK(caught.evidence[0].culprit == b.members.key(0));
  REQUIRE(asked<ViewChange>(caught).size() == 1);
  CHECK(asked<ViewChange>(caught)[0].proof ==
        conflict_of(b.members.membership.chain, b.proposal(first), b.proposal(second)));
  CHECK(caught.status.view == View(1));
  CHECK(asked<Prepare>(b.replica->batch_checked(Height(1), b.digest(first), BatchVerdict::valid))
            .empty());
  CHECK(b.pre_prepare(second).evidence.empty());  // said once
}

TEST_CASE("normal case: a quorum's PREPAREs bind one that has voted otherwise") {
  Bench b(4, 1);
  const Batch mine = b.batch(Height(1), 0, {tx(1)});
  const Batch theirs = b.batch(Height(1), 0, {tx(2)});
  b.pre_prepare(mine);
  b.settle(b.replica->batch_checked(Height(1), b.digest(mine), BatchVerdict::valid));
  b.prepare(0, Height(1), b.digest(theirs));
  b.prepare(2, Height(1), b.digest(theirs));
  const Actions bound = b.settle(b.prepare(3, Height(1), b.digest(theirs)));
  CHECK(asked<Prepare>(bound).empty());  // never a second PREPARE in the view
  REQUIRE(asked<Commit>(bound).size() == 1);
  CHECK(asked<Commit>(bound)[0].digest == b.digest(theirs));
  const auto wanted = fetches<FetchBatch>(bound);
  REQUIRE(wanted.size() == 1);
  CHECK(wanted[0].holders.size() == 3);
  b.commit(0, Height(1), b.digest(theirs));
  CHECK(b.commit(2, Height(1), b.digest(theirs)).execute.empty());  // no body yet
  CHECK(b.replica->fetched(mine).execute.empty());
  CHECK(asked<Prepare>(b.replica->fetched(theirs)).empty());
}

TEST_CASE("normal case: above the high watermark nothing is kept") {
  Bench b(4, 1);
  const Height above(limits::kLogHeights + 1);
  const Hash digest = b.digest(b.batch(above, 0, {tx(1)}));
  for (std::size_t i : {0, 2, 3}) b.commit(i, above, digest);
  for (std::size_t i : {0, 2, 3}) b.prepare(i, above, digest);
  CHECK(b.repeated_to(0).empty());
  CHECK(b.replica->status().high == Height(limits::kLogHeights));
}

}  // namespace
}  // namespace generion::consensus::testing
