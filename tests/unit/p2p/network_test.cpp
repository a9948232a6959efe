#include "p2p/network.h"

#include <catch2/catch.hpp>

#include <thread>

#include "base/limits.h"
#include "test_node.h"

namespace generion::p2p {
namespace {

const KeyPair kKeys;
const PublicKey kFirst = kKeys.first.public_key();
const PublicKey kSecond = kKeys.second.public_key();

NetworkSettings both() {
  return quick_settings({kFirst, kSecond});
}

Error create_error(const NetworkSettings& settings) {
  io::IoThreads threads(1);
  auto network = Network::create(threads.context(), kKeys.first, settings, {});
  REQUIRE_FALSE(network);
  return network.error();
}

TEST_CASE("network: wrong settings are refused with what would be right") {
  NetworkSettings settings = both();
  settings.peers = {{kSecond, PeerRole::validator, "host", 1}, {kSecond}};
  CHECK(create_error(settings).code == Code::bad_config);
  CHECK_THAT(create_error(settings).message, Catch::Contains("listed twice"));
  settings.peers = {{kSecond, PeerRole::validator, Bytes(256, 'h'), 1}};
  CHECK_THAT(create_error(settings).message, Catch::Contains("at most 255"));
  settings.peers.clear();
  settings.software = Bytes(limits::kPeerTextBytesMax + 1, 'v');
  CHECK_THAT(create_error(settings).message, Catch::Contains("software"));
}

TEST_CASE("network: an address that can't be had is an error of start") {
  TestNode node(kKeys.first, both());
  io::IoThreads threads(1);
  NetworkSettings settings = both();
  settings.listen->port = node.port();
  auto taken = Network::create(threads.context(), kKeys.second, settings, {});
  CHECK((*taken)->start().error().code == Code::port_in_use);
  settings.listen->host = "no address";
  auto nowhere = Network::create(threads.context(), kKeys.second, settings, {});
  CHECK((*nowhere)->start().error().code == Code::bad_config);
}

TEST_CASE("network: a list of peers with a mistake changes nothing") {
  TestNode second(kKeys.second, both());
  TestNode first(kKeys.first, both());
  CHECK_FALSE(first.network().set_peers({second.as_peer(), second.as_peer()}));
  CHECK(first.status(kSecond).state == PeerState::not_dialled);
}

TEST_CASE("network: its own entry in a list that all nodes share is passed over") {
  TestNode second(kKeys.second, both());
  TestNode first(kKeys.first, both());
  const std::vector<KnownPeer> all{first.as_peer(), second.as_peer()};
  REQUIRE(first.network().set_peers(all));
  REQUIRE(first.wait_connected());
  CHECK(first.network().peers().size() == 1);
}

TEST_CASE("network: every message has its priority") {
  CHECK(priority_of(Message(Commit{})) == Priority::votes);
  CHECK(priority_of(TransactionBundle{}) == Priority::transactions);
  CHECK(priority_of(BatchReply{}) == Priority::transactions);
  CHECK(priority_of(BlockReply{}) == Priority::blocks);
}

TEST_CASE("network: tens of thousands of messages arrive in order, both ways") {
  constexpr std::uint64_t kCount = 20'000;
  TestNode second(kKeys.second, both());
  NetworkSettings settings = both();
  settings.peers = {second.as_peer()};
  TestNode first(kKeys.first, settings);
  REQUIRE(first.wait_connected());
  REQUIRE(second.wait_connected());
  const auto send_all = [](TestNode& from, const PublicKey& to) {
    for (std::uint64_t i = 1; i <= kCount; ++i) {
      // The queue is bounded: a sender that is faster than the line is told so.
      while (from.network().send(to, numbered(i)) != Sent::queued) std::this_thread::yield();
    }
  };
  std::thread one([&] { send_all(first, kSecond); });
  std::thread two([&] { send_all(second, kFirst); });
  one.join();
  two.join();
  for (TestNode* node : {&first, &second}) {
    REQUIRE(node->wait_received(kCount));
    std::uint64_t expected = 0;
    for (const auto& event : node->events()) {
      if (event.kind != TestNode::Event::Kind::received) continue;
      if (number_of(event.message) != ++expected) FAIL("out of order at " << expected);
    }
  }
}

TEST_CASE("network: four validators and an observer, all connected with all that they may") {
  std::vector<crypto::SigningKey> keys;
  std::vector<PublicKey> validators;
  for (std::uint8_t i = 1; i <= 4; ++i) {
    keys.push_back(test_key(i));
    validators.push_back(keys.back().public_key());
  }
  const crypto::SigningKey observer_key = test_key(5);
  const KnownPeer listed{observer_key.public_key(), PeerRole::observer, "", 0};
  std::vector<std::unique_ptr<TestNode>> nodes;
  std::vector<KnownPeer> addresses;
  for (const auto& key : keys) {
    nodes.push_back(std::make_unique<TestNode>(key, quick_settings(validators)));
    addresses.push_back(nodes.back()->as_peer());
  }
  NetworkSettings own = quick_settings(validators);
  own.peers = addresses;
  addresses.push_back(listed);
  for (auto& node : nodes) REQUIRE(node->network().set_peers(addresses));
  TestNode observer(observer_key, own);
  const auto connected = [](const TestNode& node) {
    std::size_t count = 0;
    for (const PeerStatus& peer : const_cast<TestNode&>(node).network().peers()) {
      count += peer.state == PeerState::connected ? 1 : 0;
    }
    return count;
  };
  for (auto& node : nodes) REQUIRE(node->wait([&] { return connected(*node) == 4; }));
  REQUIRE(observer.wait([&] { return connected(observer) == 4; }));
  REQUIRE(nodes[0]->wait(
      [&] { return nodes[0]->network().broadcast(Audience::validators, vote(1)) == 3; }));
}

TEST_CASE("network: stopping while everybody sends loses no thread and calls no handler after") {
  for (int round = 0; round < 5; ++round) {
    TestNode second(kKeys.second, both());
    NetworkSettings settings = both();
    settings.peers = {second.as_peer()};
    TestNode first(kKeys.first, settings);
    REQUIRE(first.wait_connected());
    std::atomic<bool> is_over{false};
    std::vector<std::thread> senders;
    senders.emplace_back([&] {
      while (!is_over) first.network().send(kSecond, numbered(1));
    });
    senders.emplace_back([&] {
      while (!is_over) second.network().broadcast(Audience::all, bulk(100'000));
    });
    REQUIRE(second.wait_received(100));
    REQUIRE(first.wait_received(10));
    second.network().stop();
    const std::size_t events = second.events().size();
    CHECK(second.events().back().kind == TestNode::Event::Kind::disconnected);
    REQUIRE(first.wait_disconnected());
    first.network().stop();
    is_over = true;
    for (std::thread& sender : senders) sender.join();
    CHECK(second.events().size() == events);
    CHECK(first.network().send(kSecond, numbered(1)) == Sent::not_connected);
  }
}

TEST_CASE("network: stopping twice, or before starting, is no trouble") {
  io::IoThreads threads(1);
  auto network = Network::create(threads.context(), kKeys.first, both(), {});
  REQUIRE(network);
  (*network)->stop();
  (*network)->stop();
}

}  // namespace
}  // namespace generion::p2p
