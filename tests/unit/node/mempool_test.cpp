#include "node/mempool.h"

#include <catch2/catch.hpp>

#include "../types/sample_transaction.h"

namespace generion::node {
namespace {

constexpr std::size_t kMany = 1'000'000;
const TimeMs kNow(1'000);
const PublicKey kIngress = test_key(8).public_key();
const PublicKey kOther = test_key(9).public_key();

BatchBounds bounds(std::size_t count, std::size_t bytes = kMany) {
  return {count, bytes, kNow, /*tx_window_ms=*/3'600'000};
}

TransactionPtr make_transaction(std::uint8_t number, TimeMs valid_until = TimeMs(2'000)) {
  static const crypto::SigningKey key = test_key(1);
  TransactionBody body = sample_body(key.public_key(), {DeleteRecord{RecordId(1)}});
  body.nonce = *Nonce::from(Bytes(16, static_cast<char>(number)));
  body.valid_until = valid_until;
  return std::make_shared<Transaction>(
      *check_transaction(sign_transaction(body, {}, key), Attachments::required));
}

TEST_CASE("mempool: chosen oldest first, once, until given back or removed") {
  Mempool pool(MempoolLimits{});
  const auto a = make_transaction(1), b = make_transaction(2), c = make_transaction(3);
  for (const auto& transaction : {a, b, c}) REQUIRE(pool.add(transaction, kIngress));
  CHECK(pool.choose(bounds(2)) == std::vector{a, b});
  CHECK(pool.available() == 1);
  CHECK(pool.choose(bounds(2)) == std::vector{c});
  CHECK(pool.choose(bounds(2)).empty());
  pool.give_back({a->id, b->id});
  CHECK(pool.choose(bounds(9)) == std::vector{a, b});
  pool.remove({a->id, b->id, c->id});
  CHECK(pool.size() == 0);
  CHECK(pool.bytes() == 0);
  CHECK(pool.available() == 0);
}

TEST_CASE("mempool: others see what is pending") {
  Mempool pool(MempoolLimits{});
  const auto a = make_transaction(1);
  CHECK_FALSE(pool.pending().contains(a->id));
  REQUIRE(pool.add(a, kIngress));
  CHECK(pool.pending().contains(a->id));
  pool.choose(bounds(1));
  CHECK(pool.pending().contains(a->id));
  pool.remove({a->id});
  CHECK_FALSE(pool.pending().contains(a->id));
}

TEST_CASE("mempool: the same transaction is taken once") {
  Mempool pool(MempoolLimits{});
  const auto a = make_transaction(1);
  REQUIRE(pool.add(a, kIngress));
  CHECK(pool.add(a, kIngress).error().code == Code::duplicate);
  pool.choose(bounds(1));
  CHECK(pool.add(a, kIngress).error().code == Code::duplicate);
  CHECK(pool.find(a->id) == a);
}

TEST_CASE("mempool: limits refuse and lose nothing") {
  const std::size_t size = make_transaction(1)->envelope.body.size();
  Mempool by_count({.weight_max = 2});
  REQUIRE(by_count.add(make_transaction(1), kIngress));
  REQUIRE(by_count.add(make_transaction(2), kIngress));
  CHECK(by_count.add(make_transaction(3), kIngress).error().code == Code::overloaded);
  CHECK(by_count.size() == 2);

  Mempool by_sender({.per_sender_max = 1});
  REQUIRE(by_sender.add(make_transaction(1), kIngress));
  CHECK(by_sender.add(make_transaction(2), kIngress).error().code == Code::overloaded);
  by_sender.remove({make_transaction(1)->id});
  CHECK(by_sender.add(make_transaction(2), kIngress));

  Mempool by_bytes({.bytes_max = size + 1});
  REQUIRE(by_bytes.add(make_transaction(1), kIngress));
  CHECK(by_bytes.add(make_transaction(2), kIngress).error().code == Code::overloaded);

  Mempool pool(MempoolLimits{});
  for (std::uint8_t i = 0; i < 5; ++i) REQUIRE(pool.add(make_transaction(i), kIngress));
  CHECK(pool.choose(bounds(9, 3 * size)).size() == 3);
}

TEST_CASE("mempool: what has expired is not chosen, and leaves when asked") {
  Mempool pool(MempoolLimits{});
  const auto old = make_transaction(1, TimeMs(999));
  const auto young = make_transaction(2);
  REQUIRE(pool.add(old, kIngress));
  REQUIRE(pool.add(young, kIngress));
  CHECK(pool.choose(bounds(9)) == std::vector{young});
  CHECK(pool.remove_expired(kNow) == std::vector{old});
  CHECK(pool.remove_expired(TimeMs(9'999)).empty());  // the young one is in a batch
  CHECK(pool.size() == 1);
}

TEST_CASE("mempool: batches are chosen from all ingresses in turn") {
  Mempool pool({.ingresses = 2});
  std::vector<TransactionPtr> many;
  for (std::uint8_t i = 0; i < 4; ++i) many.push_back(make_transaction(i));
  const auto other = make_transaction(9);
  for (const auto& transaction : many) REQUIRE(pool.add(transaction, kIngress));
  REQUIRE(pool.add(other, kOther));
  const auto first = pool.choose(bounds(2));
  CHECK(std::find(first.begin(), first.end(), other) != first.end());
  CHECK(std::find(first.begin(), first.end(), many[0]) != first.end());
  CHECK(pool.choose(bounds(2)) == std::vector{many[1], many[2]});
}

TEST_CASE("mempool: a node that floods fills its own share only") {
  Mempool pool({.weight_max = 4, .ingresses = 2});
  REQUIRE(pool.add(make_transaction(1), kIngress));
  REQUIRE(pool.add(make_transaction(2), kIngress));
  CHECK(pool.add(make_transaction(3), kIngress).error().code == Code::overloaded);
  CHECK(pool.fullest_share() == 1.0);
  CHECK(pool.add(make_transaction(3), kOther));
  CHECK(pool.of_ingress(kOther, 9).size() == 1);
  pool.remove({make_transaction(1)->id, make_transaction(2)->id});
  CHECK(pool.fullest_share() == 0.5);
  CHECK(Mempool(MempoolLimits{}).fullest_share() == 0.0);
}

TEST_CASE(
    "mempool: what another node proposed is available again once all such batches are given up") {
  Mempool pool(MempoolLimits{});
  const auto a = make_transaction(1), b = make_transaction(2);
  REQUIRE(pool.add(a, kIngress));
  REQUIRE(pool.add(b, kIngress, consensus::Monotonic(5)));
  pool.hold({a->id});
  pool.hold({a->id});
  CHECK(pool.available() == 1);
  CHECK(pool.waiting_since(consensus::Monotonic(4), 9).empty());
  pool.give_back({a->id});
  CHECK(pool.choose(bounds(9)) == std::vector{b});
  pool.give_back({a->id});
  CHECK(pool.waiting_since(consensus::Monotonic(4), 1) == std::vector{a});
  CHECK(pool.choose(bounds(9)) == std::vector{a});
}

TEST_CASE("mempool: what is valid for longer than a block takes stays for a later batch") {
  Mempool pool(MempoolLimits{});
  const auto late = make_transaction(1, TimeMs(kNow.value() + 3'600'001));
  REQUIRE(pool.add(late, kIngress));
  CHECK(pool.choose(bounds(9)).empty());
  BatchBounds next = bounds(9);
  next.time = TimeMs(kNow.value() + 1);
  CHECK(pool.choose(next) == std::vector{late});
}

}  // namespace
}  // namespace generion::node
