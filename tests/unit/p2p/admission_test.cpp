#include "p2p/admission.h"

#include <catch2/catch.hpp>

#include "test_node.h"

namespace generion::p2p {
namespace {

const KeyPair kKeys;
const PublicKey kSmall = kKeys.first.public_key();
const PublicKey kLarge = kKeys.second.public_key();
const OwnSide kOwn{kSmall, kChain};
const Standing kValidator{PeerRole::validator};

RefusalReason reason(const Hello& hello, const Standing& standing, const PublicKey& peer = kLarge) {
  return check_hello(kOwn, peer, hello, standing).value().reason;
}

TEST_CASE("admission: a validator or a listed observer with the right chain is welcome") {
  const Hello hello{kPeerProtocol, kChain, PeerRole::validator, 1, ""};
  CHECK_FALSE(check_hello(kOwn, kLarge, hello, kValidator));
  CHECK_FALSE(check_hello(kOwn, kLarge, hello, {PeerRole::observer}));
}

TEST_CASE("admission: everybody else is told the first thing that is wrong") {
  const Hello hello{kPeerProtocol, kChain, PeerRole::validator, 1, ""};
  Hello other_chain = hello;
  other_chain.chain = Hash{};
  CHECK(reason({.protocol = 2}, {}) == RefusalReason::wrong_protocol);
  CHECK(reason(other_chain, {}) == RefusalReason::wrong_chain);
  CHECK(reason(hello, {}) == RefusalReason::unknown_key);
  CHECK(reason(hello, kValidator, kSmall) == RefusalReason::self);
  const auto paused =
      check_hello(kOwn, kLarge, hello, {PeerRole::validator, std::chrono::milliseconds(1'500)});
  CHECK(paused->reason == RefusalReason::paused);
  CHECK(paused->retry_after_ms == 1'500);
}

TEST_CASE("admission: of two connections dialled at once, both ends keep the same") {
  // `by_small`: the connection that the smaller key dialled came first at this end.
  for (const bool small_came_first : {true, false}) {
    const Connection of_small_at_small{.dialled = true, .instance = 9};
    const Connection of_large_at_small{.dialled = false, .instance = 9};
    const Connection of_small_at_large{.dialled = false, .instance = 8};
    const Connection of_large_at_large{.dialled = true, .instance = 8};
    const bool fresh_stays = !small_came_first;
    CHECK(takes_place(kSmall, kLarge, small_came_first ? of_small_at_small : of_large_at_small,
                      small_came_first ? of_large_at_small : of_small_at_small) == fresh_stays);
    CHECK(takes_place(kLarge, kSmall, small_came_first ? of_small_at_large : of_large_at_large,
                      small_came_first ? of_large_at_large : of_small_at_large) == fresh_stays);
  }
}

TEST_CASE("admission: a peer that dials again, or was started anew, takes its own place") {
  CHECK(takes_place(kSmall, kLarge, {false, 1}, {false, 1}));
  CHECK(takes_place(kSmall, kLarge, {true, 1}, {true, 1}));
  CHECK(takes_place(kSmall, kLarge, {true, 1}, {false, 2}));
  CHECK(takes_place(kLarge, kSmall, {false, 1}, {true, 2}));
}

}  // namespace
}  // namespace generion::p2p
