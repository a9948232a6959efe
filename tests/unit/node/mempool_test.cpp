#include "node/mempool.h"

#include <catch2/catch.hpp>

#include "../types/sample_transaction.h"

namespace generion::node {
namespace {

constexpr std::size_t kMany = 1'000'000;
const TimeMs kNow(1'000);

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
  for (const auto& transaction : {a, b, c}) REQUIRE(pool.add(transaction));
  CHECK(pool.choose(2, kMany, kNow) == std::vector{a, b});
  CHECK(pool.available() == 1);
  CHECK(pool.choose(2, kMany, kNow) == std::vector{c});
  CHECK(pool.choose(2, kMany, kNow).empty());
  pool.give_back({a->id, b->id});
  CHECK(pool.choose(9, kMany, kNow) == std::vector{a, b});
  pool.remove({a->id, b->id, c->id});
  CHECK(pool.size() == 0);
  CHECK(pool.bytes() == 0);
  CHECK(pool.available() == 0);
}

TEST_CASE("mempool: others see what is pending") {
  Mempool pool(MempoolLimits{});
  const auto a = make_transaction(1);
  CHECK_FALSE(pool.pending().contains(a->id));
  REQUIRE(pool.add(a));
  CHECK(pool.pending().contains(a->id));
  pool.choose(1, kMany, kNow);
  CHECK(pool.pending().contains(a->id));
  pool.remove({a->id});
  CHECK_FALSE(pool.pending().contains(a->id));
}

TEST_CASE("mempool: the same transaction is taken once") {
  Mempool pool(MempoolLimits{});
  const auto a = make_transaction(1);
  REQUIRE(pool.add(a));
  CHECK(pool.add(a).error().code == Code::duplicate);
  pool.choose(1, kMany, kNow);
  CHECK(pool.add(a).error().code == Code::duplicate);
  CHECK(pool.find(a->id) == a);
}

TEST_CASE("mempool: limits refuse and lose nothing") {
  const std::size_t size = make_transaction(1)->envelope.body.size();
  Mempool by_count({.transactions_max = 2});
  REQUIRE(by_count.add(make_transaction(1)));
  REQUIRE(by_count.add(make_transaction(2)));
  CHECK(by_count.add(make_transaction(3)).error().code == Code::overloaded);
  CHECK(by_count.size() == 2);

  Mempool by_sender({.per_sender_max = 1});
  REQUIRE(by_sender.add(make_transaction(1)));
  CHECK(by_sender.add(make_transaction(2)).error().code == Code::overloaded);
  by_sender.remove({make_transaction(1)->id});
  CHECK(by_sender.add(make_transaction(2)));

  Mempool by_bytes({.bytes_max = size + 1});
  REQUIRE(by_bytes.add(make_transaction(1)));
  CHECK(by_bytes.add(make_transaction(2)).error().code == Code::overloaded);

  Mempool pool(MempoolLimits{});
  for (std::uint8_t i = 0; i < 5; ++i) REQUIRE(pool.add(make_transaction(i)));
  CHECK(pool.choose(9, 3 * size, kNow).size() == 3);
}

TEST_CASE("mempool: what has expired is not chosen, and leaves when asked") {
  Mempool pool(MempoolLimits{});
  const auto old = make_transaction(1, TimeMs(999));
  const auto young = make_transaction(2);
  REQUIRE(pool.add(old));
  REQUIRE(pool.add(young));
  CHECK(pool.choose(9, kMany, kNow) == std::vector{young});
  CHECK(pool.remove_expired(kNow) == std::vector{old});
  CHECK(pool.remove_expired(TimeMs(9'999)).empty());  // the young one is in a batch
  CHECK(pool.size() == 1);
}

}  // namespace
}  // namespace generion::node
