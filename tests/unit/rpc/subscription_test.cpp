#include "rpc/subscription.h"

#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>

#include "base/limits.h"
#include "fake_backend.h"

using namespace generion;
using namespace generion::rpc;
using namespace generion::test;

namespace {

struct Rig {
  // All notifications of the heights up to `last`, after which nothing more is told.
  std::vector<Json> tell(Subscription& subscription, Height last) {
    std::vector<Json> out;
    while (subscription.next <= last) {
      const auto text = advance(subscription, last, reader, backend);
      REQUIRE(text);
      if (!*text) continue;
      const Json message = boost::json::parse(**text);
      CHECK(message.at("jsonrpc").as_string() == "2.0");
      CHECK(message.at("method").as_string() == "subscription");
      out.push_back(message.at("params"));
    }
    return out;
  }
  void refused_blocks(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
      backend.commit(backend.sign('P', {DeleteRecord{RecordId(99)}}));
  }

  FakeBackend backend;
  BlockReader reader{backend};
};

Subscription subscription(Topic topic, std::uint64_t from, char owner = 0) {
  Subscription out;
  out.id = 7;
  out.topic = topic;
  if (owner != 0) out.owner = key_of(owner).public_key();
  out.next = Height(from);
  return out;
}

}  // namespace

TEST_CASE("blocks are told one by one, with their headers") {
  Rig rig;
  rig.refused_blocks(3);
  Subscription blocks = subscription(Topic::blocks, 2);
  const auto told = rig.tell(blocks, Height(3));
  REQUIRE(told.size() == 2);
  CHECK(told[0].at("subscription") == 7);
  CHECK(told[0].at("height") == 2);
  CHECK(told[0].at("items").as_array().size() == 1);
  CHECK(told[0].at("items").at(0).at("state_root").as_string().size() == 64);
  CHECK(told[1].at("height") == 3);
  CHECK(blocks.next == Height(4));
}

TEST_CASE("transactions are told with their outcome, refused ones too") {
  Rig rig;
  rig.backend.create_record('H', 'P', "data");
  rig.refused_blocks(1);
  Subscription transactions = subscription(Topic::transactions, 1);
  const auto told = rig.tell(transactions, Height(2));
  REQUIRE(told.size() == 2);
  const Json& made = told[0].at("items").at(0);
  CHECK(made.at("code").as_string() == "OK");
  CHECK(made.at("sender").as_string() == address_of('H'));
  CHECK(made.at("new_ids").as_array().size() == 1);
  CHECK(made.at("tx_id").as_string().size() == 64);
  CHECK(told[1].at("items").at(0).at("code").as_string() == "RECORD_NOT_FOUND");
}

TEST_CASE("records are told of their owner only") {
  Rig rig;
  rig.refused_blocks(1);
  Subscription of_p = subscription(Topic::records, 1, 'P');
  CHECK(rig.tell(of_p, Height(1)).empty());  // P is no user yet
  rig.backend.create_record('H', 'P', "one");
  rig.backend.create_record('H', 'Q', "two");
  rig.backend.commit(rig.backend.sign('P', {VerifyRecord{{RecordId(1)}}}));
  rig.backend.commit(rig.backend.sign('Q', {DeleteRecord{RecordId(2)}}));
  const auto told = rig.tell(of_p, Height(5));
  REQUIRE(told.size() == 2);
  CHECK(told[0].at("height") == 2);
  CHECK(told[0].at("items").at(0).at("operation").as_string() == "createRecord");
  CHECK(told[0].at("items").at(0).at("by").as_string() == address_of('H'));
  CHECK(told[1].at("height") == 4);
  CHECK(told[1].at("items").at(0).at("operation").as_string() == "verifyRecord");
  CHECK(told[1].at("items").at(0).at("record_id") == 1);
}

TEST_CASE("a height with many items is told in parts, none left out or told twice") {
  Rig rig;
  std::vector<SignedTransaction> all;
  const std::size_t count = 2 * limits::kNotificationItemsMax + 1;
  for (std::size_t i = 0; i < count; ++i)
    all.push_back(rig.backend.sign('H', {FakeBackend::record('P', "d")}, {"d"}));
  rig.backend.commit_all(all);
  rig.refused_blocks(1);
  Subscription records = subscription(Topic::transactions, 1);
  const auto told = rig.tell(records, Height(2));
  REQUIRE(told.size() == 4);
  std::size_t index = 0;
  for (std::size_t part = 0; part < 3; ++part) {
    CHECK(told[part].at("height") == 1);
    CHECK(told[part].as_object().contains("more") == (part < 2));
    for (const Json& item : told[part].at("items").as_array())
      CHECK(item.at("index").to_number<std::size_t>() == index++);
  }
  CHECK(index == count);
  CHECK(told[3].at("height") == 2);
}

TEST_CASE("who is told of nothing for long learns that nothing happened") {
  Rig rig;
  rig.backend.create_record('H', 'P', "data");
  rig.refused_blocks(limits::kNotificationQuietBlocks);
  Subscription records = subscription(Topic::records, 2, 'P');
  const auto told = rig.tell(records, Height(1 + limits::kNotificationQuietBlocks));
  REQUIRE(told.size() == 1);
  CHECK(told[0].at("items").as_array().empty());
  CHECK(told[0].at("height") == 1 + limits::kNotificationQuietBlocks);
}

TEST_CASE("one step looks at a bounded number of blocks") {
  Rig rig;
  rig.backend.create_record('H', 'P', "data");
  rig.refused_blocks(200);
  Subscription records = subscription(Topic::records, 2, 'P');
  const auto text = advance(records, Height(201), rig.reader, rig.backend);
  REQUIRE(text);
  CHECK(!*text);
  CHECK(records.next == Height(2 + limits::kReplayBlocksMax));
}

TEST_CASE("a block that cannot be read ends the subscription with the reason") {
  Rig rig;
  rig.refused_blocks(2);
  rig.backend.first_block = Height(2);
  Subscription blocks = subscription(Topic::blocks, 1);
  const auto text = advance(blocks, Height(2), rig.reader, rig.backend);
  REQUIRE(!text);
  const Json end = boost::json::parse(end_notification(blocks, text.error())).at("params");
  CHECK(end.at("subscription") == 7);
  CHECK(end.at("from_height") == 1);
  CHECK(end.at("error").at("data").at("code").as_string() == "NOT_FOUND");
}
