// One connection under all that a peer may do to it, over real sockets.
#include "p2p/session.h"

#include <catch2/catch.hpp>

#include "base/limits.h"
#include "raw_peer.h"
#include "test_node.h"

namespace generion::p2p {
namespace {

using std::chrono::milliseconds;

const KeyPair kKeys;
const PublicKey kFirst = kKeys.first.public_key();

NetworkSettings settings() {
  return quick_settings({kFirst, kKeys.second.public_key()});
}

// A node with a peer that has introduced itself.
struct Rig {
  explicit Rig(const NetworkSettings& with = settings(),
               std::function<void(Received&)> on_received = nullptr)
      : node(kKeys.second, with, std::move(on_received)), peer(kKeys.first, node.port()) {
    REQUIRE(std::holds_alternative<Welcome>(peer.introduce().value()));
    REQUIRE(node.wait_connected());
  }
  PeerStatus status() { return node.status(kFirst); }

  TestNode node;
  RawPeer peer;
};

// What a clock shows that goes so far ahead of this machine's.
TimeMs clock_ahead(milliseconds by) {
  const auto now = std::chrono::system_clock::now() + by;
  return TimeMs(static_cast<std::uint64_t>(
      std::chrono::duration_cast<milliseconds>(now.time_since_epoch()).count()));
}

void check_misbehaviour(Rig& rig, const std::string& text) {
  const auto word = rig.peer.hear_refusal();
  REQUIRE(word);
  CHECK(word->reason == RefusalReason::invalid);
  CHECK_THAT(word->text, Catch::Contains(text));
  rig.peer.close();
  REQUIRE(rig.node.wait_disconnected());
  CHECK_THAT(rig.status().last_error, Catch::Contains(text));
  CHECK(rig.status().pauses == 1);
}

TEST_CASE("session: bytes without TLS end the connection and nothing else") {
  TestNode node(kKeys.second, settings());
  RawPeer garbage(kKeys.first, node.port());
  garbage.say_without_tls("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  REQUIRE(node.wait([&] { return node.network().stats().failed_handshakes == 1; }));
  RawPeer peer(kKeys.first, node.port());
  CHECK(std::holds_alternative<Welcome>(peer.introduce().value()));
}

TEST_CASE("session: a connection that says nothing is closed at the handshake's deadline") {
  NetworkSettings quick = settings();
  quick.limits.handshake_timeout = milliseconds(50);
  TestNode node(kKeys.second, quick);
  RawPeer before_tls(kKeys.first, node.port());
  RawPeer before_hello(kKeys.first, node.port());
  CHECK(before_hello.handshake().empty());
  CHECK(node.wait([&] { return node.network().stats().failed_handshakes == 2; }));
  CHECK(node.wait_error(kFirst, "handshake took more than 50 ms"));
}

TEST_CASE("session: a message before the handshake is over is refused") {
  TestNode node(kKeys.second, settings());
  RawPeer peer(kKeys.first, node.port());
  REQUIRE(peer.handshake().empty());
  peer.say(numbered(1));
  CHECK_THAT(peer.hear_refusal().value().text, Catch::Contains("before the handshake"));
  RawPeer large(kKeys.first, node.port());
  REQUIRE(large.handshake().empty());
  large.say_bytes(*make_frame(Bytes(limits::kHelloBytesMax + 1, 'x')));
  CHECK_FALSE(large.hear_refusal().value().text.empty());
  CHECK(node.events().empty());
}

TEST_CASE("session: an oversized frame is refused by its length alone") {
  Rig rig;
  rig.peer.say_bytes(Bytes("\x01\x00\x00\x01", 4));  // 16 MiB and one
  check_misbehaviour(rig, "at most 16777216");
}

TEST_CASE("session: the largest frame is taken, and one byte more is not sent") {
  Rig rig;
  TransactionReply reply;
  while (reply.transactions.size() < 15) {
    reply.transactions.push_back({"body", Signature{}, {Bytes(1024 * 1024, 'x')}});
  }
  reply.transactions.push_back({"body", Signature{}, {Bytes(1, 'x')}});
  const auto size = [&] { return wire::encode_frame(PeerMessage(reply)).size(); };
  // The last attachment grows until the frame is full; lengths have settled after two rounds.
  for (int round = 0; round < 3; ++round) {
    Bytes& last = reply.transactions.back().attachments.front();
    last.resize(last.size() + limits::kFrameBytesMax - size(), 'x');
  }
  REQUIRE(size() == limits::kFrameBytesMax);
  rig.peer.say(PeerMessage(reply));
  CHECK(rig.node.wait_received(1));
  reply.transactions.back().attachments.front() += 'x';
  CHECK(rig.node.network().send(kFirst, reply) == Sent::too_large);
}

TEST_CASE("session: an empty frame and an undecodable one are misbehaviour") {
  SECTION("empty") {
    Rig rig;
    rig.peer.say_bytes(Bytes(4, '\0'));
    check_misbehaviour(rig, "empty");
  }
  SECTION("undecodable") {
    Rig rig;
    rig.peer.say_bytes(*make_frame("garbage"));
    check_misbehaviour(rig, "PeerFrame");
  }
  SECTION("a second Hello") {
    Rig rig;
    rig.peer.say(LinkMessage(RawPeer::usual_hello()));
    check_misbehaviour(rig, "after the handshake");
  }
}

TEST_CASE("session: a frame that stops half-way is cut off after the read timeout") {
  NetworkSettings quick = settings();
  quick.limits.read_timeout = milliseconds(50);
  Rig rig(quick);
  rig.peer.say_bytes(make_frame(Bytes(1000, 'x'))->substr(0, 500));
  CHECK(rig.peer.hear_refusal().value().reason == RefusalReason::too_slow);
  rig.peer.close();
  REQUIRE(rig.node.wait_disconnected());
  CHECK(rig.status().pauses == 0);
}

TEST_CASE("session: a connection that is cut inside a frame ends, and the next one works") {
  Rig rig;
  rig.peer.say_bytes(make_frame(Bytes(1000, 'x'))->substr(0, 500));
  rig.peer.close();
  REQUIRE(rig.node.wait_disconnected());
  RawPeer next(kKeys.first, rig.node.port());
  CHECK(std::holds_alternative<Welcome>(next.introduce().value()));
}

TEST_CASE("session: frames that come byte by byte, or many at once, are all taken") {
  Rig rig;
  const FramePtr first = make_frame(wire::encode_frame(numbered(1)));
  for (const char byte : *first) rig.peer.say_bytes(Bytes(1, byte));
  Bytes many;
  for (std::uint64_t i = 2; i <= 5'000; ++i) many += *make_frame(wire::encode_frame(numbered(i)));
  rig.peer.say_bytes(many);
  REQUIRE(rig.node.wait_received(5'000));
  std::uint64_t expected = 0;
  for (const auto& event : rig.node.events()) {
    if (event.kind == TestNode::Event::Kind::received) {
      if (number_of(event.message) != ++expected) FAIL("out of order: " << expected);
    }
  }
}

TEST_CASE("session: a peer that reads nothing loses its own messages and holds up nobody") {
  NetworkSettings quick = settings();
  quick.peers = {};
  quick.limits.queue_bytes_max = {1024 * 1024, 1024 * 1024, 4 * 1024 * 1024};
  quick.limits.write_timeout = milliseconds(1'000);
  const crypto::SigningKey third = test_key(3);
  quick.validators.push_back(third.public_key());
  Rig rig(quick);
  RawPeer reader(third, rig.node.port());
  REQUIRE(reader.introduce());
  REQUIRE(rig.node.wait_connected(2));
  const PeerMessage message = bulk(1024 * 1024);
  std::size_t queued = 0;
  while (rig.node.network().send(kFirst, message) == Sent::queued) ++queued;
  CHECK(queued >= 3);
  CHECK(rig.status().dropped == 1);
  REQUIRE(rig.node.network().send(third.public_key(), numbered(9)) == Sent::queued);
  while (auto frame = reader.hear()) {
    const auto* heard = std::get_if<PeerMessage>(&*frame);
    if (heard == nullptr) continue;
    CHECK(number_of(*heard) == 9);
    break;
  }
  REQUIRE(rig.node.wait_disconnected());
  CHECK_THAT(rig.status().last_error, Catch::Contains("took nothing for 1000 ms"));
  CHECK(rig.status().pauses == 0);
}

TEST_CASE("session: a vote overtakes bulk that waits") {
  NetworkSettings roomy = settings();
  roomy.limits.queue_bytes_max = {32 * 1024 * 1024, 32 * 1024 * 1024, 32 * 1024 * 1024};
  Rig rig(roomy);
  Network& network = rig.node.network();
  // More than the kernel takes, so that the rest waits in the queue.
  const PeerMessage message = bulk(1024 * 1024);
  for (int i = 0; i < 24; ++i) REQUIRE(network.send(kFirst, message) == Sent::queued);
  REQUIRE(network.send(kFirst, numbered(1)) == Sent::queued);
  REQUIRE(network.send(kFirst, vote(2)) == Sent::queued);
  int blocks_before_vote = 0;
  int blocks_before_tip = 0;
  bool is_vote_there = false;
  bool is_tip_there = false;
  for (int seen = 0; seen < 26;) {
    const auto frame = rig.peer.hear();
    REQUIRE(frame);
    const auto* heard = std::get_if<PeerMessage>(&*frame);
    if (heard == nullptr) continue;
    ++seen;
    if (std::holds_alternative<Message>(*heard)) {
      is_vote_there = true;
      CHECK_FALSE(is_tip_there);
    } else if (std::holds_alternative<Tip>(*heard)) {
      is_tip_there = true;
    } else {
      blocks_before_vote += is_vote_there ? 0 : 1;
      blocks_before_tip += is_tip_there ? 0 : 1;
    }
  }
  CHECK(blocks_before_vote < 24);
  CHECK(blocks_before_tip < 24);
}

TEST_CASE("session: a flooding peer is read more slowly, then disconnected and paused") {
  NetworkSettings strict = settings();
  strict.limits.messages_per_second = 1'000;
  strict.limits.flood_patience = milliseconds(100);
  Rig rig(strict);
  Bytes many;
  for (std::uint64_t i = 1; i <= 1'000; ++i) many += *make_frame(wire::encode_frame(numbered(i)));
  while (rig.peer.say_bytes(many)) {
  }
  REQUIRE(rig.node.wait_disconnected());
  CHECK_THAT(rig.status().last_error, Catch::Contains("1000 messages a second"));
  CHECK(rig.status().pauses == 1);
}

TEST_CASE("session: a peer above its rate for a moment is only slowed") {
  NetworkSettings strict = settings();
  strict.limits.messages_per_second = 10'000;
  Rig rig(strict);
  Bytes many;
  for (std::uint64_t i = 1; i <= 20'000; ++i) many += *make_frame(wire::encode_frame(numbered(i)));
  const auto start = std::chrono::steady_clock::now();
  rig.peer.say_bytes(many);
  REQUIRE(rig.node.wait_received(20'000));
  // 10,000 at once, the others at their rate; what one read brings may be owed.
  CHECK(std::chrono::steady_clock::now() - start > milliseconds(200));
  CHECK(rig.status().state == PeerState::connected);
}

TEST_CASE("session: what the handler holds is bounded: then the peer waits at its own end") {
  std::mutex mutex;
  std::vector<std::shared_ptr<const void>> held;
  NetworkSettings strict = settings();
  strict.limits.held_bytes_max = 4 * 1024 * 1024;
  Rig rig(strict, [&](Received& received) {
    const std::lock_guard lock(mutex);
    held.push_back(std::move(received.hold));
  });
  std::thread sender([&] {
    for (int i = 0; i < 16; ++i) rig.peer.say(bulk(1024 * 1024));
  });
  REQUIRE(rig.node.wait([&] { return rig.status().held_bytes > 4 * 1024 * 1024; }));
  // It is not read, so no more comes; what was read in one piece with the last one may.
  CHECK(rig.status().held_bytes < 8 * 1024 * 1024);
  REQUIRE(rig.node.wait([&] {
    const std::lock_guard lock(mutex);
    held.clear();
    return rig.node.count(TestNode::Event::Kind::received) == 16;
  }));
  sender.join();
  const std::lock_guard lock(mutex);
  held.clear();
  CHECK(rig.status().held_bytes == 0);
}

TEST_CASE("session: pings are answered, and a silent peer is given up") {
  NetworkSettings quick = settings();
  quick.limits.ping_interval = milliseconds(20);
  quick.limits.silence_max = milliseconds(200);
  Rig rig(quick);
  rig.peer.say(LinkMessage(Ping{42}));
  bool is_answered = false;
  while (!is_answered) {
    const auto link = rig.peer.hear_link();
    REQUIRE(link);
    if (const auto* ping = std::get_if<Ping>(&*link)) {
      rig.peer.say(LinkMessage(Pong{ping->number, clock_ahead(milliseconds(60'000))}));
    }
    const auto* pong = std::get_if<Pong>(&*link);
    if (pong == nullptr) continue;
    is_answered = pong->number == 42;
    CHECK(pong->time <= clock_ahead(milliseconds(0)));
    CHECK(pong->time.plus(10'000) > clock_ahead(milliseconds(0)));
  }
  std::optional<milliseconds> offset;
  REQUIRE(rig.node.wait([&] {
    const PeerStatus status = rig.status();
    if (status.round_trip) offset = status.clock_offset;
    return offset || status.state != PeerState::connected;
  }));
  REQUIRE(offset);  // this node's clock is behind the peer's
  CHECK(*offset < milliseconds(-50'000));
  CHECK(*offset > milliseconds(-70'000));
  CHECK(rig.peer.hear_refusal().value().reason == RefusalReason::too_slow);
  rig.peer.close();
  CHECK(rig.node.wait_error(kFirst, "silent for 200 ms"));
}

}  // namespace
}  // namespace generion::p2p
