#include "node/block_sync.h"

#include <catch2/catch.hpp>
#include <deque>

#include "../ledger/chain_fixture.h"
#include "../ledger/temporary_directory.h"
#include "node/peer_server.h"

namespace generion::node {
namespace {

using consensus::Monotonic;
using ledger::test::key_of;

const PublicKey kFirst = key_of("peer 1").public_key();
const PublicKey kSecond = key_of("peer 2").public_key();

// A chain of a few blocks, and a node that has none of them.
class Rig {
 public:
  explicit Rig(std::uint64_t blocks)
      : genesis_(ledger::test::make_genesis()),
        chain(std::move(*ledger::Ledger::open(directory_.path() / "chain", genesis_, {}))) {
    ledger::test::Maker maker(genesis_);
    for (std::uint64_t height = 1; height <= blocks; ++height) {
      const auto tx = maker.create_record("patient", "data " + std::to_string(height));
      ledger::test::run(*chain, maker.put(maker.batch(Height(height), {tx}), {tx}));
    }
    links_ = no_peers();
    links_.send = [this](const PublicKey& to, PeerMessage message) {
      asked.emplace_back(to, std::get<BlockRequest>(message));
    };
    links_.punish = [this](const PublicKey& peer, const std::string&) { punished.push_back(peer); };
    const BlockSync::Verify verify = [this](std::move_only_function<BlockSync::Task()> job) {
      jobs_.push_back(std::move(job));
    };
    sync = std::make_unique<BlockSync>(BlockSync::Settings{chain->chain(), chain->epoch()->validators},
                                       links_, verify, Height(0));
  }

  // The peer that was asked last gives a true answer.
  BlockReply answer() const { return answer_blocks(*chain, asked.back().second); }

  void check() {
    for (auto& job : std::exchange(jobs_, {})) job()(*sync);
  }

 private:
  ledger::test::TemporaryDirectory directory_;
  Genesis genesis_;

 public:
  std::unique_ptr<ledger::Ledger> chain;
  std::unique_ptr<BlockSync> sync;
  std::vector<std::pair<PublicKey, BlockRequest>> asked;
  std::vector<PublicKey> punished;

 private:
  PeerLinks links_;
  std::deque<std::move_only_function<BlockSync::Task()>> jobs_;
};

TEST_CASE("catching up: the blocks that a peer claims are fetched, checked and given in order") {
  Rig rig(5);
  rig.sync->tick(Monotonic(1), Height(0));
  CHECK(rig.asked.empty());  // nobody has any
  rig.sync->on_tip(kFirst, Height(5));
  rig.sync->tick(Monotonic(2), Height(0));
  REQUIRE(rig.asked.size() == 1);
  CHECK(rig.asked[0].first == kFirst);
  CHECK(rig.asked[0].second.from == Height(1));
  rig.sync->on_reply(kFirst, rig.answer());
  CHECK_FALSE(rig.sync->take(Height(1)));  // not before it is checked
  rig.check();
  for (std::uint64_t height = 1; height <= 5; ++height) {
    const auto block = rig.sync->take(Height(height));
    REQUIRE(block);
    CHECK(block->certified.header == *rig.chain->header(Height(height)));
    CHECK(block->bodies.transactions.size() == 1);
  }
  rig.sync->tick(Monotonic(3), Height(5));
  CHECK(rig.asked.size() == 1);  // it has all
}

TEST_CASE("catching up: a peer that lies is punished, and another is asked") {
  Rig rig(3);
  rig.sync->on_tip(kFirst, Height(3));
  rig.sync->on_tip(kSecond, Height(3));
  rig.sync->tick(Monotonic(1), Height(0));
  const PublicKey liar = rig.asked.back().first;
  BlockReply lie = rig.answer();
  SECTION("about a transaction") {
    lie.blocks[1].transactions[0].signature = Signature();
  }
  SECTION("about a header") {
    lie.blocks[2].certified.header.time = TimeMs(1);
  }
  SECTION("about a batch") {
    lie.blocks[0].batch.time = TimeMs(1);
  }
  SECTION("about the order") {
    lie.blocks.erase(lie.blocks.begin() + 1);
  }
  rig.sync->on_reply(liar, lie);
  rig.check();
  CHECK(rig.punished == std::vector{liar});
  CHECK_FALSE(rig.sync->take(Height(1)));
  rig.sync->on_disconnected(liar);
  rig.sync->tick(Monotonic(2), Height(0));
  REQUIRE(rig.asked.size() == 2);
  CHECK(rig.asked.back().first == (liar == kFirst ? kSecond : kFirst));
  rig.sync->on_reply(rig.asked.back().first, rig.answer());
  rig.check();
  CHECK(rig.sync->take(Height(1)));
}

TEST_CASE("catching up: a silent peer and one that has nothing are passed over") {
  Rig rig(2);
  rig.sync->on_tip(kFirst, Height(2));
  rig.sync->tick(Monotonic(1), Height(0));
  rig.sync->tick(Monotonic(10'000),
                 Height(0));  // no answer: it counts for nothing until it says more
  CHECK(rig.asked.size() == 1);
  rig.sync->on_tip(kSecond, Height(2));
  rig.sync->tick(Monotonic(10'001), Height(0));
  REQUIRE(rig.asked.size() == 2);
  CHECK(rig.asked.back().first == kSecond);
  rig.sync->on_reply(kSecond, BlockReply{Height(1), {}});
  rig.sync->tick(Monotonic(20'000), Height(0));
  CHECK(rig.asked.size() == 2);
  rig.sync->want(Height(2));  // known to exist: anybody may have it
  rig.sync->tick(Monotonic(20'001), Height(0));
  CHECK(rig.asked.size() == 3);
}

TEST_CASE("catching up: answers that nobody asked for have no effect") {
  Rig rig(2);
  rig.sync->on_tip(kFirst, Height(2));
  rig.sync->tick(Monotonic(1), Height(0));
  rig.sync->on_reply(kSecond, rig.answer());
  rig.check();
  CHECK_FALSE(rig.sync->take(Height(1)));
  rig.sync->on_reply(kFirst, BlockReply{Height(2), {}});
  rig.sync->on_reply(kFirst, rig.answer());
  rig.check();
  CHECK(rig.sync->take(Height(1)));
}

TEST_CASE("catching up: a block in parts, and one final by a later block's certificate alone") {
  Rig rig(3);
  rig.sync->on_tip(kFirst, Height(3));
  rig.sync->tick(Monotonic(1), Height(0));
  BlockReply parts = rig.answer();
  parts.blocks[1].certified.certificate.signers.clear();
  parts.blocks[2].transactions.clear();  // they did not fit
  rig.sync->on_reply(kFirst, parts);
  rig.check();
  CHECK(rig.sync->take(Height(1)));
  CHECK_FALSE(rig.sync->take(Height(2)));
  rig.sync->tick(Monotonic(2), Height(1));
  REQUIRE(rig.asked.size() == 2);
  CHECK(rig.asked.back().second.from == Height(3));
  CHECK(rig.asked.back().second.first == 0);
  rig.sync->on_reply(kFirst, rig.answer());
  rig.check();
  CHECK(rig.sync->take(Height(2)));
  CHECK(rig.sync->take(Height(3)));
}

TEST_CASE("catching up: what the normal case has brought is not fetched") {
  Rig rig(3);
  rig.sync->on_tip(kFirst, Height(3));
  rig.sync->tick(Monotonic(1), Height(2));
  CHECK(rig.asked.back().second.from == Height(3));
}

}  // namespace
}  // namespace generion::node
