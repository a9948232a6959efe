#include "market_fixture.h"

namespace generion::cli {
namespace {

// A user who has moved from the key directory "keys" to "new".
struct Moved : Market {
  Moved() {
    node.methods["getUser"] = [this](const auto&) {
      return boost::json::object{
          {"user_id", 1}, {"address", address_text(to)}, {"reader_key", to_hex(published)}};
    };
    node.methods["getRecordIdList"] = [this](const auto&) {
      boost::json::array ids;
      for (std::uint64_t id = 1; id <= records.size(); ++id) ids.emplace_back(id);
      return boost::json::object{{"items", std::move(ids)}};
    };
  }

  void move() {
    REQUIRE((*this)({"--json", "keys", "new", "--plain", "--keys", path("new")}) == 0);
    to = *parse_address(std::string(json().at("address").as_string()));
    new_reader = *ReaderKey::from(*from_hex(std::string(json().at("reader_key").as_string())));
    published = me.reader_key;
  }

  int relock(std::vector<std::string> options = {}) {
    sent.clear();
    options.insert(options.begin(), {"--json", "user", "relock", "--keys", path("new")});
    return (*this)(options);
  }

  Address to;
  ReaderKey new_reader;
  ReaderKey published;
};

}  // namespace

TEST_CASE("after a move all records are locked to the new key, which is published first") {
  Moved cli;
  cli.create("one");
  cli.create("two");
  cli.move();
  CHECK(cli.relock({"--from-keys", cli.path("keys")}) == 0);
  REQUIRE(cli.sent.size() == 2);
  CHECK(std::get<SetUserPubKey>(cli.sent[0]).pub_key == cli.new_reader);
  const auto& op = std::get<RelockRecord>(cli.sent[1]);
  CHECK(op.pub_key == cli.new_reader);
  REQUIRE(op.records.size() == 2);
  for (const RecordRelocking& one : op.records) {
    CHECK(crypto::check_relock(
        {cli.chain_id, crypto::owner_context(), one.record_id.value(), one.relocking.from_key,
         one.relocking.from_lock, cli.new_reader, one.relocking.lock},
        one.relocking.proof));
  }
  CHECK(cli.json().at("relocked") == 2);
}

TEST_CASE("what cannot be relocked is listed, and the rest done") {
  Moved cli;
  cli.create("one");
  cli.create("two");
  cli.create("three");
  cli.records[1].operation.lock.reset();
  cli.records[2].operation.data_pub_key = *ReaderKey::from(Bytes(32, 'x'));
  cli.move();
  cli.published = cli.new_reader;
  CHECK(cli.relock({"--from-keys", cli.path("keys")}) == 10);
  CHECK(cli.only<RelockRecord>().records.size() == 1);
  CHECK(cli.json().at("skipped").as_array().size() == 2);
  CHECK(cli.says("--from-keys"));
  CHECK(cli.relock() == 10);
  CHECK(cli.sent.empty());
  CHECK(cli.json().at("skipped").as_array().size() == 3);
  CHECK(cli.relock({"--from-keys", cli.path("nowhere")}) == 4);
}

TEST_CASE("what is locked to the key already stays as it is") {
  Moved cli;
  cli.create("one");
  cli.move();
  cli.published = cli.new_reader;
  cli.records[0].operation.data_pub_key = cli.new_reader;
  CHECK(cli.relock() == 0);
  CHECK(cli.sent.empty());
  CHECK(cli.json().at("relocked_before") == 1);
}

TEST_CASE("many records take several transactions") {
  Moved cli;
  cli.create("one");
  for (int i = 0; i < 64; ++i) cli.records.push_back(cli.records.front());
  cli.move();
  cli.published = cli.new_reader;
  CHECK(cli.relock({"--from-keys", cli.path("keys")}) == 0);
  REQUIRE(cli.sent.size() == 2);
  CHECK(std::get<RelockRecord>(cli.sent[0]).records.size() == 64);
  CHECK(std::get<RelockRecord>(cli.sent[1]).records.size() == 1);
}

}  // namespace generion::cli
