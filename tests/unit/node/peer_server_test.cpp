#include "node/peer_server.h"

#include <catch2/catch.hpp>
#include <future>

#include "../ledger/chain_fixture.h"
#include "../ledger/temporary_directory.h"
#include "base/limits.h"

namespace generion::node {
namespace {

using ledger::test::Maker;
using ledger::test::TransactionPtr;

class Chain {
 public:
  Chain()
      : genesis_(ledger::test::make_genesis()),
        maker(genesis_),
        ledger(std::move(*ledger::Ledger::open(directory_.path() / "chain", genesis_, {}))) {}

  Batch add(std::uint64_t height, const std::vector<TransactionPtr>& transactions) {
    const Batch batch = maker.batch(Height(height), transactions);
    ledger::test::run(*ledger, maker.put(batch, transactions));
    return batch;
  }

 private:
  ledger::test::TemporaryDirectory directory_;
  Genesis genesis_;

 public:
  Maker maker;
  std::unique_ptr<ledger::Ledger> ledger;
};

TEST_CASE("peer server: final blocks with certificates, as many as were asked for") {
  Chain chain;
  for (std::uint64_t height = 1; height <= 3; ++height) {
    chain.add(height, {chain.maker.create_record("patient", "data")});
  }
  const BlockReply all = answer_blocks(*chain.ledger, {Height(1), 0, 9});
  REQUIRE(all.blocks.size() == 3);
  CHECK(all.from == Height(1));
  CHECK(all.blocks[2].certified.header == *chain.ledger->header(Height(3)));
  CHECK(all.blocks[2].certified.certificate == *chain.ledger->certificate(Height(3)));
  CHECK(all.blocks[2].transactions.size() == 1);
  CHECK(answer_blocks(*chain.ledger, {Height(2), 0, 1}).blocks.size() == 1);
  CHECK(answer_blocks(*chain.ledger, {Height(4), 0, 9}).blocks.empty());
  CHECK(answer_blocks(*chain.ledger, {Height(0), 0, 9}).blocks.empty());
}

TEST_CASE("peer server: what does not fit is left for the next request") {
  Chain chain;
  std::vector<TransactionPtr> large;
  for (int i = 0; i < 3; ++i) {
    large.push_back(chain.maker.create_record(
        "patient", Bytes(limits::kPeerReplyBytes / 2, static_cast<char>('a' + i))));
  }
  const Batch batch = chain.add(1, large);
  const BlockReply first = answer_blocks(*chain.ledger, {Height(1), 0, 9});
  REQUIRE(first.blocks.size() == 1);
  REQUIRE(first.blocks[0].transactions.size() == 2);
  const BlockReply rest = answer_blocks(*chain.ledger, {Height(1), 2, 9});
  REQUIRE(rest.blocks.size() == 1);
  CHECK(rest.blocks[0].first == 2);
  CHECK(rest.blocks[0].transactions.size() == 1);

  const Hash digest = batch_digest(chain.ledger->chain(), batch);
  const BatchReply part = answer_batch(*chain.ledger, {Height(1), digest, 0});
  CHECK(part.batch == batch);
  CHECK(part.transactions.size() == 2);
  const BatchReply other = answer_batch(*chain.ledger, {Height(1), digest, 2});
  CHECK_FALSE(other.batch);
  CHECK(other.transactions.size() == 1);
}

TEST_CASE("peer server: a batch that is not held is said to be so") {
  Chain chain;
  const BatchReply none = answer_batch(*chain.ledger, {Height(1), Hash(), 0});
  CHECK_FALSE(none.batch);
  CHECK(none.transactions.empty());
}

TEST_CASE("peer server: answers on a thread of its own") {
  Chain chain;
  chain.add(1, {chain.maker.set_key("patient")});
  std::promise<std::pair<PublicKey, PeerMessage>> answered;
  const PublicKey self = ledger::test::key_of("self").public_key();
  PeerServer server(*chain.ledger, self, [&](const PublicKey& to, PeerMessage message) {
    answered.set_value({to, std::move(message)});
  });
  const PublicKey peer = ledger::test::key_of("peer").public_key();
  server.serve(peer, BlockRequest{Height(1), 0, 1}, nullptr);
  const auto [to, message] = answered.get_future().get();
  CHECK(to == peer);
  CHECK(std::get<BlockReply>(message).blocks.size() == 1);
}

}  // namespace
}  // namespace generion::node
