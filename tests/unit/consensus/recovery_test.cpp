// A start: nothing is said before others have told what they remember.
#include "bench.h"

namespace generion::consensus::testing {
namespace {

struct Recovering {
  Bench bench{4, 1};
  Actions started;

  explicit Recovering(const Restored& restored) {
    bench.replica = std::make_unique<Replica>(bench.settings, restored);
    started = bench.replica->start({TimeMs(kWall), Monotonic(1)});
  }
  Echo echo(std::size_t from, std::vector<Prepare> prepares = {},
            std::optional<ViewChange> change = {}) const {
    return {Epoch(0),          TimeMs(kWall),          bench.members.key(1), std::move(prepares),
            std::move(change), bench.members.key(from)};
  }
};

// What a replica's journal holds that has PREPAREd height 1.
Restored voted(Bench& b) {
  const Batch batch = b.batch(Height(1), 0, {tx(1)});
  b.settle(b.pre_prepare(batch));
  b.settle(b.replica->batch_checked(Height(1), b.digest(batch), BatchVerdict::valid));
  return b.crash();
}

TEST_CASE("recovery: one member alone starts at once") {
  Bench b(1, 0);
  CHECK_FALSE(b.started.status.is_recovering);
  CHECK(b.started.send.empty());
}

TEST_CASE("recovery: votes after q - 1 answers, each member counted once") {
  Recovering r({});
  REQUIRE(r.started.send.size() == 1);
  CHECK(std::get<StatusReport>(r.started.send[0]).recovering_since == TimeMs(kWall));
  CHECK(r.started.status.is_recovering);
  CHECK(r.bench.hear(r.echo(0)).status.is_recovering);
  CHECK(r.bench.hear(r.echo(0)).status.is_recovering);
  const Batch batch = r.bench.batch(Height(1), 0, {tx(1)});
  CHECK(r.bench.pre_prepare(batch).fetch.empty());
  CHECK_FALSE(r.bench.hear(r.echo(3)).status.is_recovering);
  CHECK(r.bench.pre_prepare(batch).fetch.size() == 1);
}

TEST_CASE("recovery: asks again until it is answered; complains of nobody meanwhile") {
  Recovering r({});
  r.bench.replica->set_work(true);
  CHECK(r.bench.tick(r.bench.settings.status_ms).send.size() == 1);
  CHECK(r.bench.tick(60'000).persist.empty());
}

TEST_CASE("recovery: an answer to an earlier start, or about somebody else, does not count") {
  Recovering r({});
  Echo old = r.echo(0);
  old.recovering_since = TimeMs(kWall - 1);
  Echo other = r.echo(2);
  other.of = r.bench.members.key(3);
  r.bench.hear(old);
  r.bench.hear(other);
  CHECK(r.bench.hear(r.echo(3)).status.is_recovering);
}

TEST_CASE("recovery: others remember what was said, and the starter goes on") {
  Bench before(4, 1);
  const Restored restored = voted(before);
  const auto prepare = std::get<Prepare>(std::get<OwnVote>(restored.entries.back()).message);

  // Member 0 has heard it.
  Bench peer(4, 0);
  peer.hear(prepare);
  Recovering r(restored);
  const Actions answer = peer.hear(std::get<StatusReport>(r.started.send[0]));
  const auto echo = std::find_if(answer.reply.begin(), answer.reply.end(), [](const Reply& reply) {
    return std::holds_alternative<Echo>(reply.message);
  });
  REQUIRE(echo != answer.reply.end());
  CHECK(verify_message(peer.members.membership, echo->message, peer.members.key(0)));
  CHECK(std::get<Echo>(echo->message).prepares == std::vector{prepare});

  r.bench.hear(echo->message);
  const Actions resumed = r.bench.hear(r.echo(2));
  CHECK_FALSE(resumed.status.is_recovering);
  CHECK_FALSE(resumed.status.has_lost_votes);
}

TEST_CASE("recovery: a vote that the journal lacks stops it for good") {
  Bench before(4, 1);
  const Restored restored = voted(before);
  const auto prepare = std::get<Prepare>(std::get<OwnVote>(restored.entries.back()).message);

  Recovering empty({});
  CHECK(empty.bench.hear(empty.echo(0, {prepare})).status.has_lost_votes);
  const Actions still = empty.bench.hear(empty.echo(2));
  CHECK(still.status.is_recovering);
  CHECK(still.persist.empty());

  Recovering other_digest(restored);
  auto contradicting = prepare;
  contradicting.digest = crypto::blake2b256({"another"});
  CHECK(other_digest.bench.hear(other_digest.echo(0, {contradicting})).status.has_lost_votes);

  Recovering older(restored);
  auto later_view = prepare;
  later_view.view = View(2);
  CHECK(older.bench.hear(older.echo(0, {later_view})).status.has_lost_votes);

  Recovering later_epoch(restored);
  auto next = prepare;
  next.epoch = Epoch(1);
  CHECK(later_epoch.bench.hear(later_epoch.echo(0, {next})).status.has_lost_votes);

  Recovering left(restored);
  ViewChange change;
  change.view = View(1);
  change.sender = left.bench.members.key(1);
  CHECK(left.bench.hear(left.echo(0, {}, change)).status.has_lost_votes);
}

// A peer's claim proves nothing: only the starter's own signature does, and only above its stable
// block.
TEST_CASE("recovery: votes at or below the stable block prove nothing") {
  Bench b(4, 1);
  const Batch batch = b.batch(Height(1), 0, {tx(1)});
  b.execute(batch);
  Restored restored;
  restored.stable = b.members.certified(b.block(batch), {0, 1, 2});
  Recovering r(restored);
  const Prepare old{Epoch(0), View(0), Height(1), b.digest(batch), b.members.key(1), {}};
  CHECK_FALSE(r.bench.hear(r.echo(0, {old})).status.has_lost_votes);
}

TEST_CASE("recovery: a second machine with the key is noticed while running") {
  Bench b(4, 1);
  const Batch batch = b.batch(Height(1), 0, {tx(1)});
  b.settle(b.pre_prepare(batch));
  b.settle(b.replica->batch_checked(Height(1), b.digest(batch), BatchVerdict::valid));
  auto theirs = b.members.sign(Prepare{Epoch(0), View(0), Height(1), b.digest(batch), {}, {}}, 1);
  CHECK_FALSE(b.hear(theirs).status.has_lost_votes);
  theirs.digest = crypto::blake2b256({"another"});
  const Actions stopped = b.hear(b.members.sign(theirs, 1));
  CHECK(stopped.status.has_lost_votes);
  b.replica->set_work(true);
  CHECK(b.tick(60'000).persist.empty());
}

// A validator that had lost its votes stood still until the others were 128 blocks ahead: before it
// has resumed it heard nothing, and it never resumed.
TEST_CASE("recovery: one that has lost its votes hears of certified blocks") {
  Bench before(4, 1);
  const Restored restored = voted(before);
  Recovering r({});
  const auto prepare = std::get<Prepare>(std::get<OwnVote>(restored.entries.back()).message);
  REQUIRE(r.bench.hear(r.echo(0, {prepare})).status.has_lost_votes);
  const BlockHeader block = r.bench.block(r.bench.batch(Height(1), 0, {tx(1)}));
  const CertifiedHeader stable = r.bench.members.certified(block, {0, 2, 3});
  const Actions told = r.bench.hear(StableReport{stable, r.bench.members.key(0)});
  CHECK(told.status.certified == Height(1));
  CHECK(fetches<FetchBlocks>(r.bench.tick(r.bench.settings.catch_up_ms + 1)).size() == 1);
}

// Two machines with one key both voted for minutes: each VIEW-CHANGE of either reached the others,
// and came back inside the NEW-VIEW only.
TEST_CASE("recovery: a second machine's VIEW-CHANGE is noticed inside a NEW-VIEW") {
  Bench b(4, 2);
  const std::vector<Complaint> why = {b.members.complaint(0, View(0)),
                                      b.members.complaint(3, View(0))};
  b.hear(why[0]);
  const std::vector<ViewChange> own = asked<ViewChange>(b.settle(b.hear(why[1])));
  REQUIRE(own.size() == 1);
  const auto begun_by = [&](const ViewChange& of_this_key) {
    NewView out{Epoch(0), View(1), {}, {}, {}};
    for (std::size_t i : {0, 1}) {
      out.view_changes.push_back(
          b.members.sign(ViewChange{Epoch(0), View(1), {}, {}, why, {}, {}}, i));
    }
    out.view_changes.push_back(b.members.sign(of_this_key, 2));
    return b.members.sign(out, 1);
  };
  Bench twin(4, 2);
  CHECK_FALSE(b.hear(begun_by(own[0])).status.has_lost_votes);
  const Actions stopped = twin.hear(begun_by(own[0]));
  CHECK(stopped.status.has_lost_votes);
  CHECK(asked<Prepare>(stopped).empty());
}

}  // namespace
}  // namespace generion::consensus::testing
