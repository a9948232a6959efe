#include "node/transaction_relay.h"

#include <catch2/catch.hpp>

#include "../ledger/chain_fixture.h"

namespace generion::node {
namespace {

using consensus::Monotonic;

// A node whose mempool holds three transactions since the time 0, and what it sends.
struct Relaying {
  static PublicKey key(std::string_view name) { return ledger::test::key_of(name).public_key(); }

  Genesis genesis = ledger::test::make_genesis();
  ledger::test::Maker maker{genesis};
  Mempool mempool{MempoolLimits{}};
  std::vector<std::pair<PublicKey, TransactionBundle>> sent;
  std::vector<TransactionPtr> held;
  PeerLinks links = no_peers();
  TransactionRelay relay{key("self"), mempool, links};

  Relaying() {
    links.send = [this](const PublicKey& to, PeerMessage message) {
      sent.emplace_back(to, std::get<TransactionBundle>(std::move(message)));
    };
    for (std::uint64_t i = 1; i <= 3; ++i) {
      held.push_back(maker.transaction("patient", {DeleteRecord{RecordId(i)}}));
      REQUIRE(mempool.add(held.back(), key("self"), Monotonic(0)));
    }
  }
};

TEST_CASE("relay: what waits goes to the primary again, until it has acknowledged it") {
  Relaying r;
  const PublicKey primary = Relaying::key("primary");
  CHECK(r.relay.repeat(primary, Monotonic(2'000)).size() == 3);
  REQUIRE(r.sent.size() == 1);
  CHECK(r.sent[0].first == primary);
  CHECK(r.sent[0].second.transactions.size() == 3);

  r.relay.on_acknowledged(primary, {r.held[0]->id, r.held[2]->id});
  CHECK(r.relay.repeat(primary, Monotonic(4'000)).size() == 3);  // it is still owed all of them
  REQUIRE(r.sent.size() == 2);
  REQUIRE(r.sent[1].second.transactions.size() == 1);
  CHECK(r.sent[1].second.transactions[0] == r.held[1]->envelope);

  r.relay.on_acknowledged(primary, {r.held[1]->id});
  CHECK(r.relay.repeat(primary, Monotonic(6'000)).size() == 3);
  CHECK(r.sent.size() == 2);
}

TEST_CASE("relay: another primary has acknowledged nothing") {
  Relaying r;
  r.relay.on_acknowledged(Relaying::key("primary"), {r.held[0]->id});
  r.relay.repeat(Relaying::key("next"), Monotonic(2'000));
  REQUIRE(r.sent.size() == 1);
  CHECK(r.sent[0].second.transactions.size() == 3);
  r.relay.on_acknowledged(Relaying::key("next"), {r.held[1]->id});
  r.relay.repeat(Relaying::key("primary"), Monotonic(4'000));
  REQUIRE(r.sent.size() == 2);
  CHECK(r.sent[1].second.transactions.size() == 3);
}

TEST_CASE("relay: the primary itself repeats nothing, nor is anything repeated twice a second") {
  Relaying r;
  CHECK(r.relay.repeat(Relaying::key("self"), Monotonic(2'000)).empty());
  CHECK(r.relay.repeat(Relaying::key("primary"), Monotonic(2'500)).empty());
  CHECK(r.sent.empty());
}

}  // namespace
}  // namespace generion::node
