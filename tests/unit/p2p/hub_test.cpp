// Who gets a connection with whom, over real sockets.
#include "p2p/hub.h"

#include <catch2/catch.hpp>

#include "raw_peer.h"
#include "test_node.h"

namespace generion::p2p {
namespace {

using Kind = TestNode::Event::Kind;

const KeyPair kKeys;
const PublicKey kFirst = kKeys.first.public_key();
const PublicKey kSecond = kKeys.second.public_key();
const crypto::SigningKey kStranger = test_key(9);

NetworkSettings both() {
  return quick_settings({kFirst, kSecond});
}

NetworkSettings dialling(const TestNode& other) {
  NetworkSettings settings = both();
  settings.peers = {other.as_peer()};
  return settings;
}

std::optional<Refusal> refused(std::optional<LinkMessage> answer) {
  if (!answer || !std::holds_alternative<Refusal>(*answer)) return std::nullopt;
  return std::get<Refusal>(std::move(*answer));
}

TEST_CASE("hub: two validators connect and speak") {
  TestNode second(kKeys.second, both());
  TestNode first(kKeys.first, dialling(second));
  REQUIRE(first.wait_connected());
  REQUIRE(second.wait_connected());
  CHECK(first.network().send(kSecond, numbered(1)) == Sent::queued);
  CHECK(second.network().send(kFirst, numbered(2)) == Sent::queued);
  REQUIRE(second.wait_received(1));
  REQUIRE(first.wait_received(1));
  CHECK(number_of(second.events().back().message) == 1);
  CHECK(number_of(first.events().back().message) == 2);

  const PeerStatus status = first.status(kSecond);
  CHECK(status.role == PeerRole::validator);
  CHECK(status.dialled);
  CHECK(status.software == "test 1");
  CHECK(status.connections == 1);
  CHECK(status.last_error.empty());
  CHECK(status.address == "127.0.0.1:" + std::to_string(second.port()));
  CHECK_FALSE(second.status(kFirst).dialled);
  CHECK(first.wait([&] { return first.status(kSecond).round_trip.has_value(); }));
}

TEST_CASE("hub: what is sent to somebody who is not connected is not kept") {
  TestNode node(kKeys.first, both());
  CHECK(node.network().send(kSecond, numbered(1)) == Sent::not_connected);
  CHECK(node.network().send(kStranger.public_key(), numbered(1)) == Sent::not_connected);
  CHECK(node.network().broadcast(Audience::all, numbered(1)) == 0);
  CHECK(node.status(kSecond).state == PeerState::not_dialled);
}

TEST_CASE("hub: a stranger is told so and refused") {
  TestNode node(kKeys.first, both());
  RawPeer stranger(kStranger, node.port());
  const auto no = refused(stranger.introduce());
  REQUIRE(no);
  CHECK(no->reason == RefusalReason::unknown_key);
  CHECK_THAT(no->text, Catch::Contains("no validator"));
  CHECK(stranger.is_closed());
  stranger.close();
  REQUIRE(node.wait([&] { return node.network().stats().refused == 1; }));
  REQUIRE(node.wait([&] { return node.failures().size() == 1; }));
  const auto failures = node.failures();
  CHECK(failures.front().key == kStranger.public_key());
  CHECK_THAT(failures.front().address, Catch::StartsWith("127.0.0.1:"));
  CHECK_THAT(failures.front().why, Catch::Contains("no validator"));
  CHECK(node.events().empty());
}

TEST_CASE("hub: a wrong chain and an old protocol are named, to strangers, too") {
  TestNode node(kKeys.first, both());
  Hello hello = RawPeer::usual_hello();
  hello.chain = crypto::blake2b256({"another chain"});
  for (const crypto::SigningKey* key : {&kKeys.second, &kStranger}) {
    RawPeer peer(*key, node.port());
    const auto no = refused(peer.introduce(hello));
    REQUIRE(no);
    CHECK(no->reason == RefusalReason::wrong_chain);
    CHECK_THAT(no->text, Catch::Contains("genesis"));
  }
  hello.protocol = kPeerProtocol + 1;
  RawPeer newer(kKeys.second, node.port());
  const auto no = refused(newer.introduce(hello));
  REQUIRE(no);
  CHECK(no->reason == RefusalReason::wrong_protocol);
  CHECK_THAT(no->text, Catch::Contains("protocol 1, not 2"));
  CHECK(node.events().empty());
}

TEST_CASE("hub: the operator of the refused node reads why") {
  NetworkSettings other_chain = both();
  other_chain.chain = crypto::blake2b256({"another chain"});
  TestNode second(kKeys.second, other_chain);
  TestNode first(kKeys.first, dialling(second));
  CHECK(first.wait_error(kSecond, "genesis"));
  CHECK(second.wait_error(kFirst, "genesis"));
  CHECK(first.count(Kind::connected) == 0);
}

TEST_CASE("hub: whoever is dialled must hold the key that was dialled") {
  TestNode impostor(kStranger, quick_settings({kFirst, kStranger.public_key()}));
  NetworkSettings settings = both();
  settings.peers = {{kSecond, PeerRole::validator, "127.0.0.1", impostor.port()}};
  TestNode first(kKeys.first, settings);
  CHECK(first.wait_error(kSecond, "another key"));
  CHECK(first.count(Kind::connected) == 0);
  CHECK(impostor.events().empty());
}

TEST_CASE("hub: a node that dials itself is told so") {
  NetworkSettings settings = both();
  TestNode node(kKeys.first, settings);
  RawPeer copy(kKeys.first, node.port());
  const auto no = refused(copy.introduce());
  REQUIRE(no);
  CHECK(no->reason == RefusalReason::self);
}

TEST_CASE("hub: a listed observer is served, and is none of the validators") {
  NetworkSettings settings = quick_settings({kFirst});
  settings.peers = {{kSecond, PeerRole::observer, "", 0}};
  TestNode validator(kKeys.first, settings);
  NetworkSettings own = quick_settings({kFirst});
  own.role = PeerRole::observer;
  own.peers = {validator.as_peer()};
  TestNode observer(kKeys.second, own);
  REQUIRE(validator.wait_connected());
  REQUIRE(observer.wait_connected());
  CHECK(validator.status(kSecond).role == PeerRole::observer);
  CHECK(validator.status(kSecond).says == PeerRole::observer);
  CHECK(observer.status(kFirst).says == PeerRole::validator);
  CHECK(validator.network().broadcast(Audience::validators, numbered(1)) == 0);
  CHECK(validator.network().broadcast(Audience::observers, numbered(2)) == 1);
  CHECK(validator.network().broadcast(Audience::all, numbered(3)) == 1);
  REQUIRE(observer.wait_received(2));
  CHECK(number_of(observer.events()[1].message) == 2);
}

TEST_CASE("hub: both dial at once, and one connection remains, the same for both") {
  for (int round = 0; round < 10; ++round) {
    TestNode first(kKeys.first, both());
    TestNode second(kKeys.second, both());
    REQUIRE(first.network().set_peers({second.as_peer()}));
    REQUIRE(second.network().set_peers({first.as_peer()}));
    // What is sent while one connection takes the other's place may be lost: it is sent again.
    REQUIRE(first.wait([&] {
      first.network().send(kSecond, numbered(7));
      return second.count(Kind::received) > 0;
    }));
    REQUIRE(second.wait([&] {
      second.network().send(kFirst, numbered(7));
      return first.count(Kind::received) > 0;
    }));
    CHECK(first.wait([&] {
      const PeerStatus a = first.status(kSecond);
      const PeerStatus b = second.status(kFirst);
      return a.state == PeerState::connected && b.state == PeerState::connected &&
             a.dialled != b.dialled;
    }));
  }
}

TEST_CASE("hub: a peer that dials again has lost the connection before") {
  TestNode node(kKeys.first, both());
  RawPeer incoming(kKeys.second, node.port());
  REQUIRE(std::holds_alternative<Welcome>(incoming.introduce().value()));
  REQUIRE(node.wait_connected());
  // The same peer dials again, as it would if it had lost the first one: the new one counts.
  RawPeer again(kKeys.second, node.port());
  REQUIRE(std::holds_alternative<Welcome>(again.introduce().value()));
  CHECK(incoming.hear_refusal()->reason == RefusalReason::duplicate);
  incoming.close();
  REQUIRE(node.wait_connected(2));
  const auto events = node.events();
  REQUIRE(events.size() == 3);
  CHECK(events[1].kind == Kind::disconnected);
  CHECK(events[2].kind == Kind::connected);
  again.say(numbered(5));
  CHECK(node.wait_received(1));
}

TEST_CASE("hub: a peer that is started anew comes back") {
  auto second = std::make_unique<TestNode>(kKeys.second, both());
  NetworkSettings settings = dialling(*second);
  TestNode first(kKeys.first, settings);
  REQUIRE(first.wait_connected());
  NetworkSettings again = both();
  again.listen->port = second->port();
  second.reset();
  REQUIRE(first.wait_disconnected());
  CHECK(first.wait_failure("shut down"));
  second = std::make_unique<TestNode>(kKeys.second, again);
  REQUIRE(first.wait_connected(2));
  CHECK(first.status(kSecond).connections == 2);
}

TEST_CASE("hub: a restarted peer takes the place of its own dead connection") {
  TestNode node(kKeys.second, both());
  RawPeer before(kKeys.first, node.port());
  REQUIRE(before.introduce());
  REQUIRE(node.wait_connected());
  Hello hello = RawPeer::usual_hello();
  hello.instance = 8;
  RawPeer after(kKeys.first, node.port());
  REQUIRE(std::holds_alternative<Welcome>(after.introduce(hello).value()));
  before.close();
  REQUIRE(node.wait_connected(2));
}

TEST_CASE("hub: a new address counts from the next dial on") {
  TestNode second(kKeys.second, both());
  NetworkSettings settings = both();
  std::uint16_t nobody = 0;
  {
    TestNode gone(kStranger, both());
    nobody = gone.port();
  }
  settings.peers = {{kSecond, PeerRole::validator, "127.0.0.1", nobody}};
  settings.limits.redial_max = settings.limits.redial_min = std::chrono::hours(1);
  TestNode first(kKeys.first, settings);
  REQUIRE(first.wait_error(kSecond, "can't connect"));
  CHECK(first.status(kSecond).state == PeerState::waiting);
  REQUIRE(first.network().set_peers({second.as_peer()}));
  CHECK(first.wait_connected());
}

TEST_CASE("hub: a host's name is looked up") {
  TestNode second(kKeys.second, both());
  NetworkSettings settings = both();
  settings.peers = {{kSecond, PeerRole::validator, "localhost", second.port()}};
  TestNode first(kKeys.first, settings);
  CHECK(first.wait_connected());
}

TEST_CASE("hub: whoever leaves the validator set is disconnected, and comes back with it") {
  TestNode second(kKeys.second, both());
  TestNode first(kKeys.first, dialling(second));
  REQUIRE(second.wait_connected());
  second.network().set_validators({kSecond});
  REQUIRE(second.wait_disconnected());
  CHECK(first.wait_error(kSecond, "no validator"));
  CHECK(second.wait([&] { return second.network().peers().empty(); }));
  second.network().set_validators({kFirst, kSecond});
  CHECK(first.wait_connected(2));
}

TEST_CASE("hub: a punished peer is refused for a pause that grows") {
  NetworkSettings settings = both();
  settings.limits.pause_min = std::chrono::minutes(1);
  TestNode node(kKeys.second, settings);
  RawPeer peer(kKeys.first, node.port());
  REQUIRE(peer.introduce());
  REQUIRE(node.wait_connected());
  node.network().punish(kFirst, "its signature does not hold");
  const auto word = peer.hear_refusal();
  REQUIRE(word);
  CHECK_THAT(word->text, Catch::Contains("signature"));
  peer.close();
  REQUIRE(node.wait_state(kFirst, PeerState::paused));
  CHECK(node.status(kFirst).pauses == 1);

  RawPeer early(kKeys.first, node.port());
  const auto no = refused(early.introduce());
  REQUIRE(no);
  CHECK(no->reason == RefusalReason::paused);
  CHECK(no->retry_after_ms > 50'000);
  CHECK(no->retry_after_ms <= 60'000);
}

TEST_CASE("hub: more handshakes at once than allowed are turned away") {
  NetworkSettings settings = both();
  settings.limits.handshakes_per_address_max = 2;
  TestNode node(kKeys.second, settings);
  RawPeer one(kStranger, node.port());
  RawPeer two(kStranger, node.port());
  REQUIRE(node.wait([&] { return node.network().stats().accepted == 2; }));
  RawPeer three(kKeys.first, node.port());
  CHECK_FALSE(three.handshake().empty());
  CHECK(node.network().stats().turned_away == 1);
  one.close();
  REQUIRE(node.wait([&] { return node.network().stats().failed_handshakes == 1; }));
  RawPeer four(kKeys.first, node.port());
  CHECK(std::holds_alternative<Welcome>(four.introduce().value()));
}

}  // namespace
}  // namespace generion::p2p
