#include "node/batch_fetcher.h"

#include <catch2/catch.hpp>
#include <deque>

#include "../ledger/chain_fixture.h"

namespace generion::node {
namespace {

using consensus::BatchVerdict;
using consensus::Monotonic;
using ledger::test::key_of;

constexpr std::uint64_t kStart = ledger::test::kStartMs;

class Rig {
 public:
  Rig()
      : genesis_(ledger::test::make_genesis()),
        maker(genesis_),
        mempool(MempoolLimits{}),
        links_(no_peers()),
        fetcher({chain_id(genesis_), self}, rules(), mempool, links_,
                [this](std::move_only_function<BatchFetcher::Task()> job) { job()(fetcher); }) {
    links_.send = [this](const PublicKey& to, PeerMessage message) {
      asked.emplace_back(to, std::move(message));
    };
  }

  consensus::CheckBatch proposal(const std::vector<TransactionPtr>& transactions,
                                 std::uint64_t time = kStart + 1) {
    auto batch = std::make_shared<Batch>(maker.batch(Height(1), transactions, time));
    batch->proposer = primary;
    const Hash digest = batch_digest(chain_id(genesis_), *batch);
    return {batch, digest, primary};
  }

  const PublicKey self = key_of("self").public_key();
  const PublicKey primary = key_of("primary").public_key();
  const PublicKey other = key_of("other").public_key();

 private:
  EpochRulesPtr rules() const {
    contract::EpochRules out;
    out.validators.keys = {primary, other, self};
    out.parameters = genesis_.parameters;
    return std::make_shared<const contract::EpochRules>(std::move(out));
  }

  Genesis genesis_;

 public:
  ledger::test::Maker maker;
  Mempool mempool;
  std::vector<std::pair<PublicKey, PeerMessage>> asked;

 private:
  PeerLinks links_;

 public:
  BatchFetcher fetcher;
};

TEST_CASE("fetcher: a proposal of what is here is ready at once") {
  Rig rig;
  const auto tx = rig.maker.delete_record("patient", RecordId(1));
  REQUIRE(rig.mempool.add(tx, rig.other));
  rig.fetcher.check(rig.proposal({tx}), Monotonic(1));
  const auto ready = rig.fetcher.take_ready();
  REQUIRE(ready.size() == 1);
  CHECK(ready[0].verdict == BatchVerdict::valid);
  CHECK(ready[0].bodies.transactions == std::vector{tx});
  CHECK(rig.asked.empty());
}

TEST_CASE("fetcher: a proposal whose transaction has expired or stands twice is invalid") {
  Rig rig;
  const auto tx = rig.maker.delete_record("patient", RecordId(1));
  REQUIRE(rig.mempool.add(tx, rig.other));
  rig.fetcher.check(rig.proposal({tx}, kStart + 1'000'001), Monotonic(1));
  CHECK(rig.fetcher.take_ready().at(0).verdict == BatchVerdict::invalid);
  rig.fetcher.check(rig.proposal({tx, tx}), Monotonic(1));
  CHECK(rig.fetcher.take_ready().at(0).verdict == BatchVerdict::invalid);
  rig.fetcher.check(rig.proposal({tx}, kStart - 3'600'000), Monotonic(1));
  CHECK(rig.fetcher.take_ready().at(0).verdict == BatchVerdict::invalid);  // valid for too long
}

TEST_CASE("fetcher: what is missing may arrive by itself, else the primary is asked, then others") {
  Rig rig;
  const auto late = rig.maker.delete_record("patient", RecordId(1)),
             lost = rig.maker.delete_record("patient", RecordId(1));
  rig.fetcher.check(rig.proposal({late, lost}), Monotonic(1));
  CHECK(rig.fetcher.take_ready().empty());
  rig.fetcher.on_transaction(late);
  rig.fetcher.tick(Monotonic(5), BatchFetcher::Arrivals::none);
  CHECK(rig.asked.empty());
  rig.fetcher.tick(*rig.fetcher.next_deadline(), BatchFetcher::Arrivals::none);
  REQUIRE(rig.asked.size() == 1);
  CHECK(rig.asked[0].first == rig.primary);
  CHECK(std::get<TransactionRequest>(rig.asked[0].second).ids == std::vector{lost->id});

  SECTION("the primary has it") {
    rig.fetcher.on_reply(rig.primary, TransactionReply{{lost->envelope}, {}});
    REQUIRE(rig.fetcher.take_ready().size() == 1);
  }
  SECTION("a forged one is not taken, and the next is asked") {
    SignedTransaction forged = lost->envelope;
    forged.signature = Signature();
    rig.fetcher.on_reply(rig.primary, TransactionReply{{forged}, {}});
    CHECK(rig.fetcher.take_ready().empty());
    rig.fetcher.tick(*rig.fetcher.next_deadline(), BatchFetcher::Arrivals::none);
    REQUIRE(rig.asked.size() == 2);
    CHECK(rig.asked[1].first == rig.other);
    rig.fetcher.on_reply(rig.primary, TransactionReply{{lost->envelope}, {}});  // too late
    CHECK(rig.fetcher.take_ready().empty());
    rig.fetcher.on_reply(rig.other, TransactionReply{{lost->envelope}, {}});
    CHECK(rig.fetcher.take_ready().size() == 1);
  }
  SECTION("the height is settled without it") {
    rig.fetcher.forget_up_to(Height(1));
    CHECK(rig.fetcher.waiting() == 0);
    rig.fetcher.on_transaction(lost);
    CHECK(rig.fetcher.take_ready().empty());
  }
}

TEST_CASE("fetcher: what may wait for its signature check is not asked for, within bounds") {
  Rig rig;
  const auto tx = rig.maker.delete_record("patient", RecordId(1));
  rig.fetcher.check(rig.proposal({tx}), Monotonic(1));
  while (*rig.fetcher.next_deadline() < Monotonic(250)) {
    const Monotonic before = *rig.fetcher.next_deadline();
    rig.fetcher.tick(before, BatchFetcher::Arrivals::being_checked);
    REQUIRE(*rig.fetcher.next_deadline() > before);
    REQUIRE(rig.asked.empty());
  }
  SECTION("it comes") {
    rig.fetcher.on_transaction(tx);
    CHECK(rig.fetcher.take_ready().size() == 1);
  }
  SECTION("it does not come") {
    rig.fetcher.tick(Monotonic(251), BatchFetcher::Arrivals::being_checked);
    CHECK(rig.asked.size() == 1);
  }
}

TEST_CASE("fetcher: a prescribed batch is fetched whole from its holders, in parts if need be") {
  Rig rig;
  const auto a = rig.maker.delete_record("patient", RecordId(1)),
             b = rig.maker.delete_record("patient", RecordId(1));
  const auto wanted = rig.proposal({a, b});
  rig.fetcher.fetch({Height(1), wanted.digest, {rig.other}, nullptr}, Monotonic(1));
  rig.fetcher.tick(Monotonic(1), BatchFetcher::Arrivals::none);
  REQUIRE(rig.asked.size() == 1);
  CHECK(rig.asked[0].first == rig.other);
  CHECK(std::get<BatchRequest>(rig.asked[0].second).first == 0);

  SECTION("another batch than the digest says is not taken") {
    Batch lie = *wanted.batch;
    lie.time = TimeMs(1);
    rig.fetcher.on_reply(rig.other, BatchReply{Height(1), wanted.digest, lie, 0, {a->envelope}});
    CHECK(rig.fetcher.take_ready().empty());
    CHECK(rig.fetcher.waiting() == 1);
  }
  SECTION("the rest is asked for") {
    rig.fetcher.on_reply(rig.other,
                         BatchReply{Height(1), wanted.digest, *wanted.batch, 0, {a->envelope}});
    CHECK(rig.fetcher.take_ready().empty());
    REQUIRE(rig.asked.size() == 2);
    CHECK(rig.asked[1].first == rig.other);
    CHECK(std::get<BatchRequest>(rig.asked[1].second).first == 1);
    rig.fetcher.on_reply(rig.other,
                         BatchReply{Height(1), wanted.digest, std::nullopt, 1, {b->envelope}});
    const auto ready = rig.fetcher.take_ready();
    REQUIRE(ready.size() == 1);
    CHECK(ready[0].wanted_for == BatchFetcher::Ready::For::fetch);
    CHECK(ready[0].bodies.transactions.size() == 2);
  }
  SECTION("a holder that has nothing is passed over") {
    rig.fetcher.on_reply(rig.other, BatchReply{Height(1), wanted.digest, std::nullopt, 0, {}});
    rig.fetcher.tick(*rig.fetcher.next_deadline(), BatchFetcher::Arrivals::none);
    REQUIRE(rig.asked.size() == 2);
    CHECK(rig.asked[1].first == rig.primary);
  }
}

}  // namespace
}  // namespace generion::node
