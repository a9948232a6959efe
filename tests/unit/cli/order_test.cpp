#include "market_fixture.h"

namespace generion::cli {
namespace {

// An order as the chain tells it, of records of mine.
struct Ordered : Market {
  Ordered() {
    node.methods["getOrder"] = [this](const auto&) { return order; };
    order = {{"order_id", 9},
             {"usr_adr", address_text(me.address)},
             {"record_id_list", {1, 2}},
             {"price", "150000000"},
             {"delivery_proven", true},
             {"made_by_institution", true},
             {"status", "open"}};
  }

  boost::json::object order;
};

}  // namespace

TEST_CASE("an offer, its price in tokens") {
  Ordered cli;
  cli.create("one", {"--deidentified"});
  CHECK(cli({"order", "create", "1", "--price", "1.5", "--text", "a blood count"}) == 0);
  const auto op = cli.only<CreateOrder>();
  CHECK(op.record_id_list == std::vector{RecordId(1)});
  CHECK(op.price == 150'000'000);
  CHECK(op.text->length == 13);
  cli.sent.clear();
  CHECK(cli({"order", "create", "1", "--price", "1", "--text-file", cli.file("text", "x")}) == 0);
  CHECK(cli.only<CreateOrder>().text->length == 1);
}

TEST_CASE("what names its patient is sold only when that is said") {
  Ordered cli;
  cli.create("with a name");
  CHECK(cli({"order", "create", "1", "--price", "1"}) == 1);
  CHECK(cli.says("--reveal-identity"));
  CHECK(cli.sent.empty());
  CHECK(cli({"order", "create", "1", "--price", "1", "--reveal-identity"}) == 0);
  CHECK_FALSE(cli.only<CreateOrder>().text);
}

TEST_CASE("prices that are none") {
  Ordered cli;
  for (const char* price : {"0", "0.000000001", "ten", ""}) {
    INFO(price);
    CHECK(cli({"order", "create", "1", "--price", price}) == 2);
  }
  CHECK(cli({"order", "create", "1"}) == 2);
  CHECK(cli({"order", "list", "--price-max", "cheap"}) == 2);
  CHECK(cli.node.asked.empty());
}

TEST_CASE("filters go to the node in its own units") {
  Ordered cli;
  cli.node.methods["getOrderList"] = [&cli](const auto&) {
    return boost::json::object{{"items", {cli.order}}};
  };
  const std::string seller = address_text(cli.me.address);
  CHECK(cli({"order", "list", "--status", "open", "--type", "Observation", "--seller", seller,
             "--record", "7", "--price-min", "1", "--price-max", "2.5"}) == 0);
  const auto& params = cli.node.asked.back().params;
  CHECK(params.at("status") == "open");
  CHECK(params.at("type") == "Observation");
  CHECK(params.at("seller").as_string() == seller);
  CHECK(params.at("record_id") == 7);
  CHECK(params.at("price_min") == "100000000");
  CHECK(params.at("price_max") == "250000000");
  CHECK_FALSE(params.contains("buyer"));
  CHECK(cli.says("   1.5  1, 2"));
  CHECK(cli({"order", "list", "--status", "sold"}) == 2);
}

TEST_CASE("a purchase is by a key of its own, each time another") {
  Ordered cli;
  CHECK(cli({"--json", "order", "purchase", "9"}) == 0);
  const auto first = cli.only<PurchaseData>();
  CHECK(first.order_id == OrderId(9));
  CHECK(first.amount == 150'000'000);
  CHECK(first.pub_key != cli.me.reader_key);
  CHECK(cli.json().at("reader_key").as_string() == to_hex(first.pub_key));
  CHECK(client::find_reader_secret(cli.store(), cli.chain_id, first.pub_key)->has_value());
  cli.sent.clear();
  CHECK(cli({"order", "purchase", "9"}) == 0);
  CHECK(cli.only<PurchaseData>().pub_key != first.pub_key);
  cli.sent.clear();
  CHECK(cli({"order", "purchase", "9", "--own-reader-key"}) == 0);
  CHECK(cli.only<PurchaseData>().pub_key == cli.me.reader_key);
}

TEST_CASE("a purchase warns of what nobody vouches for, and asks") {
  Ordered cli;
  cli.order["delivery_proven"] = false;
  cli.order["made_by_institution"] = false;
  cli.lines = {"no"};
  CHECK(cli({"order", "purchase", "9"}) == 9);
  CHECK(cli.says("cannot check what is delivered"));
  CHECK(cli.says("made by an institution"));
  REQUIRE(cli.questions.size() == 1);
  CHECK(cli.questions[0].starts_with("Order 9 costs 1.5 tokens."));
  CHECK(cli.sent.empty());
  cli.order["delivery_proven"] = true;
  CHECK(cli({"--json", "--yes", "order", "purchase", "9"}) == 0);
  CHECK(cli.json().at("warnings").as_array().size() == 1);
  cli.order["status"] = "purchased";
  CHECK(cli({"--json", "order", "purchase", "9"}) == 1);
  CHECK(cli.code() == "ORDER_NOT_OPEN");
}

TEST_CASE("a delivery proves each record's lock, and its buyer reads") {
  Ordered cli;
  cli.create("one");
  cli.create("two");
  REQUIRE(cli({"order", "purchase", "9"}) == 0);
  const ReaderKey buyer = cli.only<PurchaseData>().pub_key;
  cli.sent.clear();
  CHECK(cli({"--json", "order", "deliver", "9"}) == 1);
  CHECK(cli.code() == "ORDER_NOT_PURCHASED");
  cli.order["status"] = "purchased";
  cli.order["pub_key"] = to_hex(buyer);
  CHECK(cli({"order", "deliver", "9"}) == 0);
  const auto op = cli.only<DeliverOrder>();
  CHECK(op.pub_key == buyer);
  REQUIRE(op.deliveries.size() == 2);
  boost::json::array deliveries;
  for (const Delivery& one : op.deliveries) {
    const auto& access = std::get<Relocking>(one.access);
    CHECK(crypto::check_relock({cli.chain_id, crypto::delivery_context(9), one.record_id.value(),
                                access.from_key, access.from_lock, buyer, access.lock},
                               access.proof));
    deliveries.push_back({{"record_id", one.record_id.value()}, {"lock", to_hex(access.lock)}});
  }

  CHECK(cli({"--json", "order", "read", "9"}) == 7);
  cli.order["status"] = "delivered";
  cli.order["deliveries"] = deliveries;
  CHECK(cli({"order", "read", "9"}) == 0);
  CHECK(cli.says("application/octet-stream"));
  CHECK(cli({"--json", "order", "read", "9", "--out", cli.path("bought")}) == 0);
  CHECK(cli.json().at("records").at(1).at("file").as_string() == cli.path("bought/record-2"));
  CHECK(cli.read("bought/record-1") == "one");
  CHECK(cli.read("bought/record-2") == "two");
  CHECK(cli({"--json", "order", "read", "9", "--out", cli.path("bought")}) == 4);
  CHECK(cli.code() == "FILE_EXISTS");
}

TEST_CASE("only its seller delivers, only what he can open") {
  Ordered cli;
  cli.create("one");
  cli.create("two");
  cli.order["status"] = "purchased";
  cli.order["pub_key"] = to_hex(cli.me.reader_key);
  cli.records[1].operation.data_pub_key = *ReaderKey::from(Bytes(32, 'x'));
  CHECK(cli({"--json", "order", "deliver", "9"}) == 1);
  CHECK(cli.code() == "BAD_KEY");
  CHECK(cli.says("record 2"));
  cli.order["usr_adr"] = address_text(*Address::from(Bytes(32, 'y')));
  CHECK(cli({"--json", "order", "deliver", "9"}) == 1);
  CHECK(cli.code() == "NOT_SELLER");
  CHECK(cli.sent.empty());
  CHECK(cli({"order", "withdraw", "9"}) == 0);
  CHECK(cli.only<DeleteOrder>().order_id == OrderId(9));
}

}  // namespace generion::cli
