// STATUS, and what is said again because of one.
#include "bench.h"

namespace generion::consensus::testing {
namespace {

StatusReport status_of(const Bench& b, std::size_t i, Height stable = Height(0)) {
  StatusReport out;
  out.view = b.replica->status().view;
  out.has_new_view = true;
  out.stable = stable;
  out.executed = stable;
  out.sender = b.members.key(i);
  return out;
}

template <class T>
std::vector<T> replies(const Actions& actions, const PublicKey& to) {
  std::vector<T> out;
  for (const Reply& reply : actions.reply) {
    CHECK(reply.to == to);
    if (const auto* held = std::get_if<T>(&reply.message)) out.push_back(*held);
  }
  return out;
}

// A backup that has PREPAREd and COMMITted height 1 with members 0 and 2.
Bench committed() {
  Bench b(4, 1);
  const Batch batch = b.batch(Height(1), 0, {tx(1)});
  b.settle(b.pre_prepare(batch));
  b.settle(b.replica->batch_checked(Height(1), b.digest(batch), BatchVerdict::valid));
  b.settle(b.prepare(0, Height(1), b.digest(batch)));
  b.settle(b.prepare(2, Height(1), b.digest(batch)));
  return b;
}

TEST_CASE("report: says what is held, from time to time") {
  Bench b = committed();
  const auto sent = b.tick(b.settings.status_ms + 1).send;
  REQUIRE(sent.size() == 1);
  const auto& report = std::get<StatusReport>(sent[0]);
  CHECK(verify_message(b.members.membership, report, b.members.key(1)));
  CHECK(report.has_new_view);
  CHECK_FALSE(report.recovering_since);
  REQUIRE(report.held.size() == 1);
  CHECK(report.held[0].has_proposal);
  CHECK(report.held[0].prepares.to_ullong() == 0b0111);
  CHECK(report.held[0].commits.to_ullong() == 0b0010);
  CHECK(report.held[0].seals.none());
  CHECK(b.tick(b.settings.status_ms + 2).send.empty());
  CHECK(b.tick(2 * b.settings.status_ms + 1).send.size() == 1);
}

TEST_CASE("report: one member alone has nobody to tell") {
  Bench b(1, 0);
  CHECK(b.tick(60'000).send.empty());
}

TEST_CASE("report: who lacks them gets the proposal and this member's votes, and no other's") {
  Bench b = committed();
  const Actions answer = b.hear(status_of(b, 3));
  CHECK(replies<PrePrepare>(answer, b.members.key(3)).size() == 1);
  CHECK(replies<Prepare>(answer, b.members.key(3)).size() == 1);
  CHECK(replies<Commit>(answer, b.members.key(3)).size() == 1);
  CHECK(answer.reply.size() == 3);
}

TEST_CASE("report: only what is missing is said again") {
  Bench b = committed();
  StatusReport theirs = status_of(b, 3);
  HeldVotes held{Height(1), true, {}, {}, {}};
  held.prepares.set(1);
  theirs.held = {held};
  const Actions answer = b.hear(theirs);
  CHECK(answer.reply.size() == 1);
  CHECK(replies<Commit>(answer, b.members.key(3)).size() == 1);
}

TEST_CASE("report: a member is answered twice in an interval at the most") {
  Bench b = committed();
  CHECK_FALSE(b.hear(status_of(b, 3)).reply.empty());
  CHECK(b.hear(status_of(b, 3)).reply.empty());
  CHECK_FALSE(b.hear(status_of(b, 2)).reply.empty());
  b.tick(b.settings.status_ms / 2);
  CHECK_FALSE(b.hear(status_of(b, 3)).reply.empty());
}

TEST_CASE(
    "report: who is below the stable block gets its certificate, and learns that he is behind") {
  Bench b(4, 1);
  const Batch batch = b.batch(Height(1), 0, {tx(1)});
  b.execute(batch);
  for (std::size_t i : {0, 2}) b.settle(b.seal(i, b.block(batch)));
  REQUIRE(b.replica->status().stable == Height(1));
  const auto told = replies<StableReport>(b.hear(status_of(b, 3)), b.members.key(3));
  REQUIRE(told.size() == 1);
  CHECK(verify_message(b.members.membership, told[0], b.members.key(1)));

  Bench behind(4, 3);
  CHECK(behind.hear(told[0]).status.certified == Height(1));
  const Actions later = behind.tick(behind.settings.catch_up_ms);
  REQUIRE(fetches<FetchBlocks>(later).size() == 1);
  CHECK(fetches<FetchBlocks>(later)[0].up_to == Height(1));
}

TEST_CASE("report: who has executed a height needs nothing but its seals") {
  Bench b(4, 1);
  const Batch batch = b.batch(Height(1), 0, {tx(1)});
  b.execute(batch);
  StatusReport theirs = status_of(b, 3);
  theirs.executed = Height(1);
  const Actions answer = b.hear(theirs);
  CHECK(answer.reply.size() == 1);
  CHECK(replies<SealVote>(answer, b.members.key(3)).size() == 1);
}

// A complaint that was lost once left a replica alone with it for ever.
TEST_CASE("report: a lost complaint is said again") {
  Bench b(4, 1);
  b.replica->set_work(true);
  b.settle(b.tick(1'500));
  REQUIRE(b.replica->status().has_complained);
  const auto again = replies<Complaint>(b.hear(status_of(b, 3)), b.members.key(3));
  REQUIRE(again.size() == 1);
  CHECK(again[0].view == View(0));
}

TEST_CASE("report: who is in an earlier view gets what leads to this one") {
  Bench b(4, 1);
  for (std::size_t i : {0, 2}) b.settle(b.hear(b.members.complaint(i, View(0))));
  REQUIRE(b.replica->status().view == View(1));
  StatusReport theirs = status_of(b, 3);
  theirs.view = View(0);
  const auto change = replies<ViewChange>(b.hear(theirs), b.members.key(3));
  REQUIRE(change.size() == 1);
  CHECK(change[0].view == View(1));
  Bench other(4, 3);
  CHECK(other.hear(change[0]).status.view == View(1));
}

TEST_CASE("report: votes of many heights follow over several answers") {
  Bench b(4, 1);
  for (std::uint64_t h = 1; h <= 40; ++h) {
    const Batch batch = b.batch(Height(h), h, {tx(h)});
    b.settle(b.pre_prepare(batch));
    b.settle(b.replica->batch_checked(Height(h), b.digest(batch), BatchVerdict::valid));
  }
  const Actions first = b.hear(status_of(b, 3));
  CHECK(replies<Prepare>(first, b.members.key(3)).size() == 32);
  StatusReport theirs = status_of(b, 3);
  for (std::uint64_t h = 1; h <= 32; ++h) {
    HeldVotes held{Height(h), true, {}, {}, {}};
    held.prepares.set(1);
    theirs.held.push_back(held);
  }
  b.tick(b.settings.status_ms);
  CHECK(replies<Prepare>(b.hear(theirs), b.members.key(3)).size() == 8);
}

}  // namespace
}  // namespace generion::consensus::testing
