#include "node/certificate_fetcher.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "../ledger/chain_fixture.h"

namespace generion::node {
namespace {

using consensus::Monotonic;
using ledger::test::key_of;

// Four validators, of whom peers are asked; what is checked is checked at once.
struct Fetching {
  std::shared_ptr<contract::EpochRules> rules = std::make_shared<contract::EpochRules>();
  BlockHeader header;
  std::vector<std::pair<PublicKey, BlockRequest>> sent;
  std::set<PublicKey> punished;
  std::vector<Certificate> found;
  PeerLinks links = no_peers();
  CertificateFetcher fetcher{
      links, [this](auto job) { job()(fetcher); },
      [this](Height, Certificate certificate) { found.push_back(std::move(certificate)); }};

  static std::string name(std::size_t i) { return "validator " + std::to_string(i); }
  static PublicKey peer(std::size_t i) { return key_of(name(i)).public_key(); }

  explicit Fetching(std::size_t peers) {
    for (std::size_t i = 0; i < 4; ++i) rules->validators.keys.push_back(peer(i));
    std::ranges::sort(rules->validators.keys);
    header.height = Height(7);
    header.validator_set_hash = validator_set_hash(rules->validators);
    links.send = [this](const PublicKey& to, PeerMessage message) {
      sent.emplace_back(to, std::get<BlockRequest>(std::move(message)));
    };
    links.punish = [this](const PublicKey& who, const std::string&) { punished.insert(who); };
    for (std::size_t i = 0; i < peers; ++i) fetcher.on_connected(peer(i));
    fetcher.want(header, rules);
  }

  Certificate certificate(std::size_t signers) const {
    Certificate out;
    out.block_hash = block_hash(header);
    for (std::size_t i = 0; i < signers; ++i) {
      out.signers.push_back({peer(i), make_seal(header, key_of(name(i))).signature});
    }
    std::ranges::sort(out.signers, {}, &Certificate::Signer::key);
    return out;
  }

  // What the peer that was asked last answers.
  bool answer(Certificate certificate) {
    CertifiedBlock block;
    block.certified = {header, std::move(certificate)};
    block.first = sent.back().second.first;
    return fetcher.on_reply(sent.back().first, {sent.back().second.from, {block}});
  }
};

TEST_CASE("certificates: a peer is asked for the block without its transactions") {
  Fetching f(3);
  f.fetcher.tick(Monotonic(10));
  REQUIRE(f.sent.size() == 1);
  CHECK(f.sent[0].second == BlockRequest{Height(7), UINT32_MAX, 1});
  f.fetcher.tick(Monotonic(11));
  CHECK(f.sent.size() == 1);
  CHECK(f.answer(f.certificate(3)));
  REQUIRE(f.found.size() == 1);
  CHECK(f.found[0] == f.certificate(3));
  CHECK(f.fetcher.first() == Height(7));  // until it is stored
  f.fetcher.tick(Monotonic(5'000));
  CHECK(f.sent.size() == 1);
  f.fetcher.settle(Height(7));
  CHECK_FALSE(f.fetcher.first());
  CHECK_FALSE(f.fetcher.next_deadline());
}

TEST_CASE("certificates: one that does not hold is punished, and the next peer asked") {
  Fetching f(3);
  f.fetcher.tick(Monotonic(10));
  CHECK(f.answer(f.certificate(2)));
  CHECK(f.found.empty());
  CHECK(f.punished == std::set<PublicKey>{f.sent[0].first});
  f.fetcher.tick(Monotonic(10));
  REQUIRE(f.sent.size() == 2);
  CHECK(f.sent[1].first != f.sent[0].first);
}

TEST_CASE("certificates: who is silent, gone or has none is passed over") {
  Fetching f(3);
  f.fetcher.tick(Monotonic(10));
  SECTION("silent") {
    f.fetcher.tick(Monotonic(2'009));
    CHECK(f.sent.size() == 1);
    f.fetcher.tick(Monotonic(2'010));
  }
  SECTION("gone") {
    f.fetcher.on_disconnected(f.sent[0].first);
    f.fetcher.tick(Monotonic(10));
  }
  SECTION("has none") {
    CHECK(f.answer(Certificate{block_hash(f.header), {}}));
    f.fetcher.tick(Monotonic(10));
    CHECK(f.punished.empty());
  }
  REQUIRE(f.sent.size() == 2);
  CHECK(f.sent[1].first != f.sent[0].first);
}

TEST_CASE("certificates: what nobody has is given up, and nobody to ask is waited for") {
  Fetching f(0);
  f.fetcher.tick(Monotonic(10));
  CHECK(f.sent.empty());
  CHECK(f.fetcher.first());
  f.fetcher.on_connected(Fetching::peer(0));
  for (std::uint64_t now = 20; f.fetcher.first(); now += 2'000) {
    REQUIRE(now < 20'000);
    f.fetcher.tick(Monotonic(now));
  }
  CHECK(f.sent.size() == 2);
}

TEST_CASE("certificates: other replies are not its own") {
  Fetching f(1);
  CHECK_FALSE(f.fetcher.on_reply(Fetching::peer(0), {Height(7), {}}));
  CertifiedBlock block;
  block.certified.header = f.header;
  CHECK_FALSE(f.fetcher.on_reply(Fetching::peer(0), {Height(7), {block}}));
  CHECK(f.fetcher.first());
}

TEST_CASE("certificates: the oldest of too many are forgotten") {
  Fetching f(1);
  for (std::uint64_t height = 8; height < 8 + CertificateFetcher::kWantedMax; ++height) {
    f.header.height = Height(height);
    f.fetcher.want(f.header, f.rules);
  }
  CHECK(f.fetcher.first() == Height(8));
}

}  // namespace
}  // namespace generion::node
