#include "market_fixture.h"

namespace generion::cli {
namespace {

// Somebody who is shared with: me, under a further key of mine, so that this test can read too.
struct Shared : Market {
  Shared() {
    auto keys = store();
    grantee = *keys.add_key(chain_id);
    REQUIRE(keys.select(chain_id, me.index));
    reader_key = grantee.reader_key;
  }

  // The chain's answer about a share that was sent.
  void show(const ShareRecord& op, bool living = true, std::string_view status = "living") {
    boost::json::object share{{"share_id", 3},
                              {"record_id", op.record_id.value()},
                              {"usr_adr", address_text(me.address)},
                              {"grantee", address_text(op.grantee)},
                              {"pub_key", to_hex(op.data_pub_key)},
                              {"lock", to_hex(std::get<Relocking>(op.access).lock)},
                              {"living", living},
                              {"status", status}};
    node.methods["getShare"] = [share](const auto&) { return share; };
  }

  client::UserKey grantee;
};

}  // namespace

TEST_CASE("a share locks the record's key to the grantee, with a proof that holds") {
  Shared cli;
  const auto id = cli.create("a letter");
  cli.new_ids = {3};
  CHECK(cli({"--json", "share", "create", std::to_string(id), "--to",
             address_text(cli.grantee.address), "--expires", "2h"}) == 0);
  const auto op = cli.only<ShareRecord>();
  CHECK(op.record_id == RecordId(id));
  CHECK(op.grantee == cli.grantee.address);
  CHECK(op.data_pub_key == cli.grantee.reader_key);
  CHECK(op.expires_at == TimeMs(1'700'000'000'000 + 7'200'000));
  const auto& access = std::get<Relocking>(op.access);
  CHECK(crypto::check_relock({cli.chain_id, crypto::share_context(op.grantee), id, access.from_key,
                              access.from_lock, op.data_pub_key, access.lock},
                             access.proof));
  CHECK(cli.json().at("new_ids").at(0) == 3);
  CHECK(cli.json().at("expires_at_ms") == op.expires_at->value());
}

TEST_CASE("the grantee reads through a share while it is living") {
  Shared cli;
  const auto id = cli.create("a letter", {"--title", "Letter"});
  REQUIRE(cli({"share", "create", std::to_string(id), "--to", address_text(cli.grantee.address)}) ==
          0);
  const auto op = cli.only<ShareRecord>();
  CHECK_FALSE(op.expires_at);
  cli.show(op);
  CHECK(cli({"share", "read", "3"}) == 0);
  CHECK(cli.out == "a letter");
  CHECK(cli({"--json", "share", "read", "3", "--meta"}) == 0);
  CHECK(cli.json().at("title") == "Letter");
  CHECK(cli({"--json", "share", "read", "3"}) == 2);
  cli.show(op, false, "revoked");
  CHECK(cli({"share", "read", "3"}) == 1);
  CHECK(cli.says("share 3 is over (revoked)"));
  cli.show(op, false);
  CHECK(cli({"share", "read", "3"}) == 1);
  CHECK(cli.says("record deleted"));
}

TEST_CASE("several records and several shares are one transaction each") {
  Shared cli;
  cli.create("one");
  cli.create("two");
  CHECK(cli({"share", "create", "1", "2", "--to", address_text(cli.grantee.address)}) == 0);
  CHECK(cli.sent.size() == 2);
  cli.sent.clear();
  CHECK(cli({"share", "revoke", "3", "4"}) == 0);
  REQUIRE(cli.sent.size() == 2);
  CHECK(std::get<RevokeShare>(cli.sent[1]).share_id == ShareId(4));
}

TEST_CASE("what cannot be shared is told before anything is sent") {
  Shared cli;
  const std::string to = address_text(cli.grantee.address);
  cli.create("mine");
  CHECK(cli({"share", "create", "1", "--to", "gen1qqqq"}) == 1);
  CHECK(cli({"--json", "share", "create", "2", "--to", to}) == 1);
  CHECK(cli.code() == "RECORD_NOT_FOUND");
  CHECK(cli({"share", "create", "1", "--to", to, "--expires", "never"}) == 2);
  cli.records[0].operation.usr_adr = cli.grantee.address;
  CHECK(cli({"--json", "share", "create", "1", "--to", to}) == 1);
  CHECK(cli.code() == "NOT_OWNER");
  cli.records[0].operation.usr_adr = cli.me.address;
  cli.records[0].operation.data_pub_key = *ReaderKey::from(Bytes(32, 'x'));
  CHECK(cli({"--json", "share", "create", "1", "--to", to}) == 1);
  CHECK(cli.code() == "BAD_KEY");
  cli.records[0].operation.data_pub_key = cli.me.reader_key;
  cli.records[0].operation.lock.reset();
  CHECK(cli({"--json", "share", "create", "1", "--to", to}) == 1);
  CHECK(cli.code() == "NOT_CAPSULE");
  cli.reader_key.reset();
  CHECK(cli({"--json", "share", "create", "1", "--to", to}) == 1);
  CHECK(cli.code() == "READER_KEY_UNSET");
  CHECK(cli.sent.empty());
}

TEST_CASE("lists of shares ask for what was named") {
  Shared cli;
  const auto page = [](const auto&) {
    return boost::json::object{{"items", boost::json::array()}};
  };
  cli.node.methods["getShareList"] = cli.node.methods["getSharedRecordList"] = page;
  const auto asked = [&cli](std::vector<std::string> options) {
    options.insert(options.begin(), {"share", "list"});
    REQUIRE(cli(options) == 0);
    return cli.node.asked.back();
  };
  const std::string own = address_text(cli.me.address);
  const std::string other = address_text(cli.grantee.address);
  CHECK(asked({}).method == "getShareList");
  CHECK(asked({}).params.at("usr_adr").as_string() == own);
  CHECK(asked({"--record", "7"}).params.at("record_id") == 7);
  CHECK(asked({"--owner", other}).params.at("usr_adr").as_string() == other);
  CHECK(asked({"--received"}).method == "getSharedRecordList");
  CHECK(asked({"--received"}).params.at("usr_adr").as_string() == own);
  CHECK(asked({"--to", other}).params.at("usr_adr").as_string() == other);
  CHECK(cli.out == "Nothing was shared with this user.\n");
  CHECK(cli({"share", "list", "--to", other, "--received"}) == 2);
  CHECK(cli({"share", "list", "--record", "0"}) == 2);
}

}  // namespace generion::cli
