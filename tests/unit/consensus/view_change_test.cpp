#include "bench.h"

namespace generion::consensus::testing {
namespace {

TEST_CASE(
    "view change: f complaints change nothing, f + 1 make it leave and carry what is prepared") {
  Bench b(4, 1);
  const Batch batch = b.batch(Height(1), 0, {tx(1)});
  const Hash digest = b.digest(batch);
  b.pre_prepare(batch);
  b.settle(b.replica->batch_checked(Height(1), digest, BatchVerdict::valid));
  b.settle(b.prepare(0, Height(1), digest));
  b.settle(b.prepare(2, Height(1), digest));
  CHECK(b.hear(b.members.complaint(2, View(0))).persist.empty());
  CHECK(b.hear(b.members.complaint(2, View(0))).persist.empty());
  const Actions left = b.settle(b.hear(b.members.complaint(3, View(0))));
  CHECK(left.status.view == View(1));
  CHECK_FALSE(left.status.active);
  const auto changes = asked<ViewChange>(left);
  REQUIRE(changes.size() == 1);
  REQUIRE(changes[0].prepared.size() == 1);
  CHECK(changes[0].prepared[0].digest == digest);
  CHECK(verify_prepared(b.members.membership.chain, changes[0].prepared[0],
                        b.members.membership.set));
  // No vote of the old view any more.
  CHECK(b.pre_prepare(b.batch(Height(2), 1, {tx(2)})).persist.empty());
}

TEST_CASE("view change: a restarted primary's word suffices in its own view only") {
  Bench b(4, 1);
  const auto later = b.members.complaint(2, View(2), ComplaintReason::restarted_primary);
  CHECK(b.hear(later).status.view == View(0));
  ViewChange change{Epoch(0), View(3), {}, {}, {later}, {}, {}};
  CHECK(b.hear(b.members.sign(change, 2)).status.view == View(0));
  CHECK(b.hear(b.members.complaint(0, View(0), ComplaintReason::restarted_primary)).status.view ==
        View(1));
}

TEST_CASE(
    "view change: leads the next view with a quorum's VIEW-CHANGEs, after saying so durably") {
  Bench b(4, 1);
  const std::vector<Complaint> why = {b.members.complaint(2, View(0)),
                                      b.members.complaint(3, View(0))};
  const auto change = [&](std::size_t i) {
    return b.members.sign(ViewChange{Epoch(0), View(1), {}, {}, why, {}, {}, {}}, i);
  };
  b.settle(b.hear(change(2)));  // one justified VIEW-CHANGE makes it leave
  CHECK(b.replica->status().view == View(1));
  const Actions leads = b.hear(change(3));
  REQUIRE(leads.persist.size() == 2);
  CHECK(std::get<Leads>(leads.persist[0].entry) == Leads{Epoch(0), View(1)});
  CHECK(asked<NewView>(leads).size() == 1);
  CHECK_FALSE(leads.status.active);
  const Actions active = b.settle(leads);
  CHECK(active.status.active);
  CHECK(active.status.wants_proposal == ProposalWish::any_batch);
  CHECK(active.status.proposal_height == Height(1));
}

TEST_CASE(
    "view change: a later view that prescribes otherwise than what was executed stops the votes") {
  Bench b(4, 2);
  const Batch batch = b.batch(Height(1), 0, {tx(1)});
  const Hash digest = b.digest(batch);
  b.pre_prepare(batch);
  b.settle(b.replica->batch_checked(Height(1), digest, BatchVerdict::valid));
  for (std::size_t i : {0, 1, 3}) b.settle(b.commit(i, Height(1), digest));
  const std::vector<Complaint> why = {b.members.complaint(0, View(0)),
                                      b.members.complaint(3, View(0))};
  const Hash other = b.digest(b.batch(Height(1), 0, {tx(2)}));
  NewView broken{Epoch(0), View(1), {}, {}, {}};
  for (std::size_t i : {0, 1, 3}) {
    ViewChange change{Epoch(0), View(1), {}, {}, why, {}, {}};
    change.prepared = {b.members.prepared(View(0), Height(1), other, {0, 1, 3})};
    broken.view_changes.push_back(b.members.sign(change, i));
  }
  const Actions stopped = b.hear(b.members.sign(broken, 1));
  REQUIRE(stopped.status.divergence);
  CHECK(stopped.status.divergence->kind == Divergence::Kind::agreement_broken);
  CHECK(asked<Prepare>(stopped).empty());
}

}  // namespace
}  // namespace generion::consensus::testing
