#include "bench.h"

namespace generion::consensus::testing {
namespace {

TEST_CASE("restore: one validator alone goes on in the next view with what it prepared") {
  Bench b(1, 0);
  b.settle(b.started);
  const Actions ordered = b.settle(*b.replica->propose(TimeMs(kWall), {tx(1)}, BatchSize::full));
  REQUIRE(ordered.execute.size() == 1);
  const Hash digest = ordered.execute[0].digest;

  b.restart(b.crash());
  const auto complaints = asked<Complaint>(b.started);
  REQUIRE(complaints.size() == 1);
  CHECK(complaints[0].reason == ComplaintReason::restarted_primary);
  CHECK(b.started.status.wants_proposal == ProposalWish::none);
  const Actions again = b.settle(b.started);
  const auto changes = asked<ViewChange>(again);
  REQUIRE(changes.size() == 1);
  REQUIRE(changes[0].prepared.size() == 1);
  CHECK(changes[0].prepared[0].digest == digest);
  CHECK(asked<NewView>(again).size() == 1);
  REQUIRE(again.execute.size() <= 1);  // its COMMIT of view 0 is a quorum already
  CHECK(again.status.view == View(1));
  CHECK(again.status.active);
  const auto prepares = asked<Prepare>(again);
  REQUIRE(prepares.size() == 1);
  CHECK(prepares[0].digest == digest);
  CHECK(prepares[0].view == View(1));
}

TEST_CASE("restore: never seals a height twice, also when re-execution differs") {
  Bench b(4, 1);
  const Batch batch = b.batch(Height(1), 0, {tx(1)});
  b.execute(batch);
  Restored restored = b.crash();
  restored.executed = {b.block(batch)};
  b.restart(restored);
  CHECK(b.started.persist.empty());
  CHECK(b.repeated_to(2).size() == 3);  // PREPARE, COMMIT and SEAL, word for word
  restored.executed[0].state_root = crypto::blake2b256({"another state"});
  b.restart(restored);
  REQUIRE(b.started.status.divergence);
  CHECK(b.started.status.divergence->kind == Divergence::Kind::own_header_differs);
}

TEST_CASE("restore: a journal begun anew gives the same replica") {
  Bench b(4, 1);
  b.execute(b.batch(Height(1), 0, {tx(1)}));
  const Batch second = b.batch(Height(2), 1, {tx(2)});
  b.pre_prepare(second);
  b.settle(b.replica->batch_checked(Height(2), b.digest(second), BatchVerdict::valid));
  Restored restored = b.crash();
  restored.executed = {b.block(b.batch(Height(1), 0, {tx(1)}))};
  const auto before = b.repeated_to(2);
  restored.entries = b.replica->journal_checkpoint();
  b.restart(restored);
  CHECK(b.started.persist.empty());
  std::vector<Message> votes;
  for (const Message& message : before) {
    if (!std::holds_alternative<PrePrepare>(message)) votes.push_back(message);
  }
  CHECK(b.repeated_to(2) == votes);
  // And it does not vote for another digest there.
  const Batch other = b.batch(Height(2), 1, {tx(3)});
  b.pre_prepare(other);
  CHECK(asked<Prepare>(b.replica->batch_checked(Height(2), b.digest(other), BatchVerdict::valid))
            .empty());
}

// A replica held the certificate of view 0, executed another batch by a later view's COMMITs,
// crashed before it heard of that view, and took its own old certificate for broken agreement at
// its start.
TEST_CASE("restore: an own certificate that a later view has overtaken is no divergence") {
  Bench b(4, 1);
  const Batch mine = b.batch(Height(1), 0, {tx(1)});
  b.pre_prepare(mine);
  b.settle(b.replica->batch_checked(Height(1), b.digest(mine), BatchVerdict::valid));
  b.settle(b.prepare(0, Height(1), b.digest(mine)));
  b.settle(b.prepare(2, Height(1), b.digest(mine)));
  const Batch theirs = null_batch(Epoch(0), Height(1));
  for (std::size_t i : {0, 2, 3}) b.settle(b.commit(i, Height(1), b.digest(theirs), View(2)));
  const Actions executed = b.settle(b.replica->fetched(theirs));
  REQUIRE(executed.execute.size() == 1);
  CHECK(executed.execute[0].digest == b.digest(theirs));
  b.settle(b.replica->executed(b.block(theirs)));
  CHECK_FALSE(b.replica->status().divergence);
  Restored restored = b.crash();
  restored.executed = {b.block(theirs)};
  b.restart(restored);
  CHECK_FALSE(b.started.status.divergence);
  CHECK(asked<Prepare>(b.started).empty());
  CHECK(asked<Commit>(b.started).empty());
}

}  // namespace
}  // namespace generion::consensus::testing
