// The original's paths about orders, from outside. The orders are put into the state as the
// contract leaves them there.
#include "rpc/identity_orders.h"

#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>

#include "../net/server_fixture.h"
#include "base/base64.h"
#include "contract/market_objects.h"
#include "contract/queries.h"
#include "fake_backend.h"
#include "rpc/rpc_server.h"
#include "types/amount.h"
#include "wire/transaction.h"

using namespace generion;
using namespace generion::rpc;
using namespace generion::test;
using contract::IdList;
using contract::Order;

namespace {

struct Rig {
  Rig() : server(threads.context(), backend, {}, {}) {
    const auto bound = server.listen({}, {});
    if (!bound) throw std::runtime_error(bound.error().message);
    port = *bound;
    backend.create_record('H', 'P', "one");
    order(1, Order::Status::open, 5 * kToken);
    order(2, Order::Status::withdrawn, kToken);
    order(3, Order::Status::delivered, kToken / 2);
    order(4, Order::Status::open, kToken);
  }
  void order(std::uint64_t id, Order::Status status, std::uint64_t price) {
    Order order;
    order.seller = *contract::find_user_id((*backend.version(std::nullopt))->state(),
                                           key_of('P').public_key());
    order.records = {RecordId(1), RecordId(7)};
    order.price = price;
    order.status = status;
    if (status == Order::Status::delivered) {
      order.buyer = order.seller;
      order.buyer_key = *ReaderKey::from(std::string(32, 'b'));
    }
    const auto number = static_cast<std::uint64_t>(status);
    backend.put({{{contract::order_key(OrderId(id)), contract::encode_order(order)}},
                 {{contract::list_key(IdList::status_orders, number, id), Bytes()}},
                 {}});
  }
  Json ask(const std::string& method, const std::string& path, const std::string& body = "",
           unsigned status = 200) {
    const auto answer = RawClient(port).ask(method, path, body);
    CHECK(answer.status == status);
    return boost::json::parse(answer.body);
  }
  Json result(const std::string& path) { return ask("GET", path).at("result"); }
  // The errorMessage of a request that is a 400 of the original's number 2.
  std::string refused(const std::string& method, const std::string& path,
                      std::vector<Operation> operations, char sender = 'Q') {
    const auto transaction = backend.sign(sender, std::move(operations));
    const Json answer =
        ask(method, path,
            R"({"signed_tx":")" + to_base64(wire::encode_transaction(transaction)) + "\"}", 400);
    CHECK(answer.at("errorCode") == 2);
    return std::string(answer.at("errorMessage").as_string());
  }

  FakeBackend backend;
  io::IoThreads threads{2};
  RpcServer server;
  std::uint16_t port = 0;
};

}  // namespace

TEST_CASE("orders as the original showed them") {
  Rig rig;
  CHECK(rig.result("/identity/orders") == Json({1, 3, 4}));
  CHECK(rig.result("/identity/orders/") == Json({1, 3, 4}));
  const Json orders = rig.result("/identity/orders/1:2:3:99/");
  const auto& list = orders.as_array();
  REQUIRE(list.size() == 4);
  CHECK(
      list[0] ==
      Json(
          {{"usr_adr", address_of('P')}, {"record_list", {1, 7}}, {"price", 5}, {"customer", ""}}));
  CHECK(list[1] == Json(JsonObject()));
  CHECK(list[2].at("price") == "0.5");
  CHECK(list[2].at("customer") == Json("62626262626262626262626262626262"
                                       "62626262626262626262626262626262"));
  CHECK(list[3] == Json(JsonObject()));
  CHECK(rig.ask("GET", "/identity/orders/x", "", 400) ==
        Json({{"errorCode", 2}, {"errorMessage", "Invalid order_id list. Format: {i1:i2:i3}"}}));
}

TEST_CASE("the list of orders goes on by cursor, each order once") {
  Rig rig;
  std::vector<std::int64_t> seen;
  std::string cursor;
  do {
    const Json page = rig.ask("GET", "/identity/orders?limit=1" + cursor);
    for (const Json& id : page.at("result").as_array()) seen.push_back(id.as_int64());
    const Json* next = page.as_object().if_contains("cursor");
    cursor = next != nullptr ? "&cursor=" + std::string(next->as_string()) : "";
  } while (!cursor.empty());
  CHECK(seen == std::vector<std::int64_t>{1, 3, 4});
  CHECK(rig.ask("GET", "/identity/orders?limit=0", "", 400).at("errorCode") == 2);
  CHECK(rig.ask("GET", "/identity/orders?cursor=x", "", 400).at("errorCode") == 2);
}

TEST_CASE("what the original checked before a purchase, in its words") {
  Rig rig;
  const auto purchase = [](std::uint64_t id, std::uint64_t amount) {
    return std::vector<Operation>{PurchaseData{OrderId(id), {}, amount}};
  };
  const auto path = [](const std::string& id) { return "/identity/orders/" + id + "/purchase"; };
  CHECK(rig.refused("POST", path("99"), purchase(99, 1)) == "Order doesn't exist");
  CHECK(rig.refused("POST", path("2"), purchase(2, kToken)) == "Order doesn't exist");
  CHECK(rig.refused("POST", path("3"), purchase(3, kToken)) == "Already purchased");
  CHECK(rig.refused("POST", path("1"), purchase(1, 5 * kToken - 1)) == "NEO required: 5");
  CHECK(rig.refused("POST", path("1"), purchase(4, 5 * kToken)) ==
        "signed_tx is not one purchaseData of 1");
  CHECK(rig.refused("POST", path("1:4"), purchase(1, 5 * kToken)).starts_with("Invalid order id"));
  CHECK(rig.backend.submitted() == 0);
}

TEST_CASE("orders are made and taken back by what their paths say only") {
  Rig rig;
  const std::string p = "/identity/users/" + address_of('P') + "/orders/";
  const CreateOrder create{{RecordId(1)}, kToken, {}};
  CHECK(rig.refused("POST", p, {create}) ==
        "signed_tx is not one createOrder by " + address_of('P'));  // signed by another
  CHECK(rig.refused("POST", p, {create, create}, 'P').starts_with("signed_tx is not one"));
  CHECK(rig.refused("POST", "/identity/users/x/orders", {create}) ==
        parse_address("x").error().message);
  CHECK(rig.refused("DELETE", "/identity/orders/1", {DeleteOrder{OrderId(4)}}, 'P') ==
        "signed_tx is not one deleteOrder of 1");
  CHECK(rig.refused("DELETE", "/identity/orders/x", {DeleteOrder{OrderId(4)}}, 'P')
            .starts_with("Invalid order id"));
  CHECK(rig.backend.submitted() == 0);
  // One that fits is passed on.
  std::thread client([&] {
    const auto transaction = rig.backend.sign('P', {create});
    const Json made = rig.ask(
        "POST", p, R"({"signed_tx":")" + to_base64(wire::encode_transaction(transaction)) + "\"}");
    CHECK(made.at("result") == 5);
  });
  REQUIRE(becomes_true([&] { return rig.backend.submitted() == 1; }));
  rpc::Outcome outcome = outcome_of(rpc::Outcome::State::executed, Height(2));
  outcome.new_ids = {5};
  rig.backend.report(0, outcome);
  client.join();
}
