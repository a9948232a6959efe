#include "consensus/verified.h"

#include <catch2/catch.hpp>

#include "base/limits.h"
#include "members.h"

namespace generion::consensus {
namespace {

using testing::make_members;
using testing::Members;

const Hash kDigest = crypto::blake2b256({"digest"});

Code verdict(const Members& members, Message message, std::size_t from = 0) {
  const auto result = verify_message(members.membership, std::move(message), members.key(from));
  if (result) return Code::ok;
  CHECK(!result.error().message.empty());
  return result.error().code;
}

ViewChange good_change(const Members& m, std::size_t i, View view = View(1)) {
  ViewChange out{Epoch(0), view, {}, {}, {}, {}, {}, {}};
  const View left(view.value() - 1);
  out.justification = {m.complaint(0, left), m.complaint(2, left)};
  return m.sign(out, i);
}

TEST_CASE("verified: PRE-PREPARE only from the view's primary, signed, for this chain and epoch") {
  const Members m = make_members(4);
  PrePrepare message{View(1), {Epoch(0), Height(1), m.key(1), TimeMs(5), {}}, {}, {}};
  CHECK(verdict(m, m.sign(message, 1), 3) == Code::ok);  // anyone may pass it on
  CHECK(verdict(m, m.sign(message, 2)) == Code::forbidden);
  auto forged = m.sign(message, 1);
  forged.batch.time = TimeMs(6);
  CHECK(verdict(m, forged) == Code::bad_signature);
  Members foreign = make_members(4);
  foreign.membership.chain = kDigest;
  CHECK(verdict(m, foreign.sign(message, 1)) == Code::bad_signature);
  auto other_epoch = message;
  other_epoch.batch.epoch = Epoch(1);
  CHECK(verdict(m, m.sign(other_epoch, 1)) == Code::malformed);
  auto other_proposer = message;
  other_proposer.batch.proposer = m.key(2);
  CHECK(verdict(m, m.sign(other_proposer, 1)) == Code::forbidden);
  auto genesis = message;
  genesis.batch.height = Height(0);
  CHECK(verdict(m, m.sign(genesis, 1)) == Code::malformed);
  auto large = message;
  large.batch.ids.resize(limits::kBatchTransactionsMax + 1);
  CHECK(verdict(m, m.sign(large, 1)) == Code::too_many);
}

TEST_CASE("verified: a vote's signature covers its phase, view and height") {
  const Members m = make_members(4);
  const auto vote = m.sign(Prepare{Epoch(0), View(0), Height(3), kDigest, {}, {}}, 2);
  CHECK(verdict(m, vote) == Code::ok);
  auto moved = vote;
  moved.height = Height(4);
  CHECK(verdict(m, moved) == Code::bad_signature);
  moved = vote;
  moved.view = View(1);
  CHECK(verdict(m, moved) == Code::bad_signature);
  moved = vote;
  moved.sender = m.key(1);
  CHECK(verdict(m, moved) == Code::bad_signature);
  const Members strangers = make_members(5);
  for (std::size_t i = 0; i < 5; ++i) {
    if (m.membership.set.index_of(strangers.key(i))) continue;
    CHECK(verdict(m, strangers.sign(vote, i)) == Code::forbidden);
  }
}

TEST_CASE("verified: COMMIT and SEAL come from their sender's own channel") {
  const Members m = make_members(4);
  const Commit commit{Epoch(0), View(0), Height(3), kDigest, m.key(2)};
  CHECK(verdict(m, commit, 2) == Code::ok);
  CHECK(verdict(m, commit, 1) == Code::forbidden);
  const SealVote seal{Epoch(0), make_seal(m.header(Height(3)), m.keys[2])};
  CHECK(verdict(m, seal, 2) == Code::ok);
  CHECK(verdict(m, seal, 1) == Code::forbidden);
  auto forged = seal;
  forged.seal.block_hash = kDigest;
  CHECK(verdict(m, forged, 2) == Code::bad_signature);
}

TEST_CASE("verified: a complaint of oneself is the primary's only") {
  const Members m = make_members(4);
  CHECK(verdict(m, m.complaint(1, View(1), ComplaintReason::restarted_primary)) == Code::ok);
  CHECK(verdict(m, m.complaint(2, View(1), ComplaintReason::restarted_primary)) == Code::forbidden);
  CHECK(verdict(m, m.complaint(2, View(1))) == Code::ok);
}

TEST_CASE("verified: a VIEW-CHANGE needs a justification") {
  const Members m = make_members(4);
  CHECK(verdict(m, good_change(m, 3)) == Code::ok);
  auto change = good_change(m, 3);
  change.justification.pop_back();
  CHECK(verdict(m, m.sign(change, 3)) == Code::bad_proof);  // f complaints
  change.justification = {m.complaint(2, View(0)), m.complaint(2, View(0))};
  CHECK(verdict(m, m.sign(change, 3)) == Code::bad_proof);  // one member twice
  change.justification = {m.complaint(0, View(0), ComplaintReason::restarted_primary)};
  CHECK(verdict(m, m.sign(change, 3)) == Code::ok);
  change = good_change(m, 3, View(5));
  CHECK(verdict(m, change) == Code::ok);
  change.view = View(6);  // the complaints are of view 4
  CHECK(verdict(m, m.sign(change, 3)) == Code::bad_proof);
  change.view = View(0);
  CHECK(verdict(m, m.sign(change, 3)) == Code::malformed);
  auto forged = good_change(m, 3);
  forged.justification[0].signature = forged.justification[1].signature;
  CHECK(verdict(m, m.sign(forged, 3)) == Code::bad_signature);
}

TEST_CASE("verified: certificates nested in a VIEW-CHANGE are checked whole") {
  const Members m = make_members(4);
  auto change = good_change(m, 3, View(3));
  change.prepared = {m.prepared(View(0), Height(1), kDigest, {0, 1, 2}),
                     m.prepared(View(2), Height(4), kDigest, {1, 2, 3})};
  CHECK(verdict(m, m.sign(change, 3)) == Code::ok);
  auto bad = change;
  bad.prepared[0] = m.prepared(View(0), Height(1), kDigest, {0, 1});
  CHECK(verdict(m, m.sign(bad, 3)) == Code::bad_proof);
  bad.prepared[0] = m.prepared(View(0), Height(1), kDigest, {0, 1, 1});
  CHECK(verdict(m, m.sign(bad, 3)) == Code::bad_proof);
  bad = change;
  bad.prepared[0].view = View(1);  // the votes are of view 0
  CHECK(verdict(m, m.sign(bad, 3)) == Code::bad_proof);
  bad = change;
  bad.prepared[0] = m.prepared(View(3), Height(1), kDigest, {0, 1, 2});
  CHECK(verdict(m, m.sign(bad, 3)) == Code::malformed);  // not before the new view
  bad = change;
  std::swap(bad.prepared[0], bad.prepared[1]);
  CHECK(verdict(m, m.sign(bad, 3)) == Code::malformed);
  bad = change;
  bad.prepared[1] = m.prepared(View(2), Height(limits::kLogHeights + 1), kDigest, {1, 2, 3});
  CHECK(verdict(m, m.sign(bad, 3)) == Code::malformed);  // above every watermark
}

TEST_CASE("verified: the stable block in a VIEW-CHANGE needs its certificate") {
  const Members m = make_members(4);
  auto change = good_change(m, 3);
  change.stable = m.certified(m.header(Height(7)), {0, 1, 3});
  CHECK(verdict(m, m.sign(change, 3)) == Code::ok);
  auto bad = change;
  bad.stable = m.certified(m.header(Height(7)), {0, 1});
  CHECK(verdict(m, m.sign(bad, 3)) == Code::bad_proof);
  bad.stable = m.certified(m.header(Height(7)), {0, 1, 1});
  CHECK(verdict(m, m.sign(bad, 3)) == Code::bad_proof);
  bad = change;
  bad.stable->header.height = Height(8);
  CHECK(verdict(m, m.sign(bad, 3)) == Code::bad_proof);
  auto foreign = m.header(Height(7));
  foreign.chain_id = kDigest;
  bad.stable = m.certified(foreign, {0, 1, 3});
  CHECK(verdict(m, m.sign(bad, 3)) == Code::wrong_chain);
  change.prepared = {m.prepared(View(0), Height(7), kDigest, {0, 1, 2})};
  CHECK(verdict(m, m.sign(change, 3)) == Code::malformed);  // not above the stable one
}

TEST_CASE("verified: a NEW-VIEW carries a quorum of distinct, valid VIEW-CHANGEs") {
  const Members m = make_members(4);
  NewView message{
      Epoch(0), View(1), {good_change(m, 0), good_change(m, 2), good_change(m, 3)}, {}, {}};
  CHECK(verdict(m, m.sign(message, 1)) == Code::ok);
  CHECK(verdict(m, m.sign(message, 2)) == Code::forbidden);
  auto bad = message;
  bad.view_changes.pop_back();
  CHECK(verdict(m, m.sign(bad, 1)) == Code::bad_proof);
  bad.view_changes.push_back(bad.view_changes.back());
  CHECK(verdict(m, m.sign(bad, 1)) == Code::bad_proof);
  bad = message;
  bad.view_changes[2] = good_change(m, 3, View(2));
  CHECK(verdict(m, m.sign(bad, 1)) == Code::bad_proof);
  bad = message;
  bad.view_changes[1].prepared = {m.prepared(View(0), Height(1), kDigest, {0, 1, 2})};
  CHECK(verdict(m, m.sign(bad, 1)) == Code::bad_signature);
  bad = message;
  bad.view_changes[1].prepared = {m.prepared(View(0), Height(1), kDigest, {0, 1})};
  bad.view_changes[1] = m.sign(bad.view_changes[1], 2);
  CHECK(verdict(m, m.sign(bad, 1)) == Code::bad_proof);
}

TEST_CASE("verified: reports come from their sender's own channel, within their bounds") {
  const Members m = make_members(4);
  StatusReport status;
  status.sender = m.key(2);
  status.held = {{Height(1), true, {}, {}, {}}, {Height(3), true, {}, {}, {}}};
  CHECK(verdict(m, status, 2) == Code::ok);
  CHECK(verdict(m, status, 1) == Code::forbidden);
  auto bad = status;
  bad.held[1].height = Height(1);
  CHECK(verdict(m, bad, 2) == Code::malformed);
  bad = status;
  bad.held[1].height = Height(limits::kLogHeights + 1);
  CHECK(verdict(m, bad, 2) == Code::malformed);
  bad = status;
  bad.held[1].seals.set(4);
  CHECK(verdict(m, bad, 2) == Code::malformed);
  bad = status;
  bad.complaints.set(99);
  CHECK(verdict(m, bad, 2) == Code::malformed);

  const StableReport stable{m.certified(m.header(Height(5)), {0, 1, 2}), m.key(2)};
  CHECK(verdict(m, stable, 2) == Code::ok);
  CHECK(verdict(m, stable, 1) == Code::forbidden);
  const StableReport thin{m.certified(m.header(Height(5)), {0, 1}), m.key(2)};
  CHECK(verdict(m, thin, 2) == Code::bad_proof);
}

TEST_CASE("verified: an ECHO repeats one member's signed votes") {
  const Members m = make_members(4);
  const auto vote = m.sign(Prepare{Epoch(0), View(0), Height(3), kDigest, {}, {}}, 1);
  const Echo echo{Epoch(0), TimeMs(1), m.key(1), {vote}, good_change(m, 1), m.key(2)};
  CHECK(verdict(m, echo, 2) == Code::ok);
  CHECK(verdict(m, echo, 3) == Code::forbidden);
  auto bad = echo;
  bad.of = m.key(0);
  CHECK(verdict(m, bad, 2) == Code::malformed);
  bad = echo;
  bad.prepares[0].height = Height(4);
  CHECK(verdict(m, bad, 2) == Code::bad_signature);
  bad = echo;
  bad.view_change->view = View(9);
  CHECK(verdict(m, bad, 2) == Code::bad_signature);
  bad = echo;
  bad.prepares.resize(limits::kLogHeights + 1, vote);
  CHECK(verdict(m, bad, 2) == Code::too_many);
}

TEST_CASE("verified: two proposals of a primary for one height justify leaving its view") {
  const Members m = make_members(4);
  const auto proposal = [&](std::uint64_t time, std::size_t by = 0) {
    return m.sign(PrePrepare{View(0), {Epoch(0), Height(1), m.key(by), TimeMs(time), {}}, {}, {}},
                  by);
  };
  ViewChange change{Epoch(0), View(1), {}, {}, {}, {}, {}, {}};
  change.proof = conflict_of(m.membership.chain, proposal(5), proposal(6));
  CHECK(verdict(m, m.sign(change, 2)) == Code::ok);
  auto bad = change;
  bad.view = View(2);
  CHECK(verdict(m, m.sign(bad, 2)) == Code::bad_proof);
  bad = change;
  bad.proof->second = bad.proof->first;
  CHECK(verdict(m, m.sign(bad, 2)) == Code::bad_proof);
  bad = change;
  bad.proof->height = Height(2);
  CHECK(verdict(m, m.sign(bad, 2)) == Code::bad_proof);
  bad = change;
  bad.proof = conflict_of(m.membership.chain, proposal(5, 1), proposal(6, 1));
  CHECK(verdict(m, m.sign(bad, 2)) == Code::forbidden);
}

}  // namespace
}  // namespace generion::consensus
