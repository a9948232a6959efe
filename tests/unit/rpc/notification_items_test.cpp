#include "rpc/notification_items.h"

#include <catch2/catch.hpp>

#include "contract/queries.h"
#include "fake_backend.h"
#include "rpc/method_table.h"

using namespace generion;
using namespace generion::rpc;
using namespace generion::test;
using contract::RecordChange;

namespace {

const Method& subscribe_method() {
  static const MethodTable kTable = node_methods();
  return *kTable.find("subscribe");
}

Result<Subscription> parse(const JsonObject& params) {
  const Json json(params);
  const auto arguments = Arguments::from_json("subscribe", subscribe_method().parameters, &json);
  if (!arguments) return fail(arguments.error());
  return parse_subscription(*arguments);
}

// P sells records 1 and 2 to Q, and shares 1 with Q.
struct Rig {
  Rig() {
    for (const char owner : {'P', 'Q'}) backend.create_record('H', owner, "data");
    events.transactions = {{0, backend.last_id(), key_of('P').public_key()}};
  }
  UserId user(char name) {
    return *contract::find_user_id((*backend.version(std::nullopt))->state(),
                                   key_of(name).public_key());
  }
  void order(RecordChange change, std::optional<char> buyer = std::nullopt) {
    events.orders.push_back({0,
                             OrderId(9),
                             change,
                             user('P'),
                             700,
                             {RecordId(1), RecordId(2)},
                             {"Observation"},
                             buyer ? std::optional(user(*buyer)) : std::nullopt});
  }
  JsonArray items(const JsonObject& params) {
    const auto subscription = parse(params);
    REQUIRE(subscription);
    Items out(0, {});
    REQUIRE(add_items(out, *subscription, events, backend));
    return std::move(out).take();
  }
  // How many of the orders' events match.
  std::size_t orders(JsonObject filter) {
    filter["kind"] = "orders";
    return items(filter).size();
  }

  FakeBackend backend;
  BlockEvents events;
};

}  // namespace

TEST_CASE("an order is told with its parties, its price and what happened") {
  Rig rig;
  rig.order(RecordChange::purchased, 'Q');
  const JsonArray told = rig.items({{"kind", "orders"}});
  REQUIRE(told.size() == 1);
  CHECK(told[0].at("order_id") == 9);
  CHECK(told[0].at("operation") == "purchaseData");
  CHECK(told[0].at("status") == "purchased");
  CHECK(told[0].at("seller") == Json(address_of('P')));
  CHECK(told[0].at("buyer") == Json(address_of('Q')));
  CHECK(told[0].at("price") == "700");
  CHECK(told[0].at("record_id_list") == Json({1, 2}));
  CHECK(told[0].at("by") == Json(address_of('P')));
}

TEST_CASE("orders by filter") {
  Rig rig;
  rig.order(RecordChange::offered);
  rig.order(RecordChange::purchased, 'Q');
  CHECK(rig.orders({}) == 2);
  CHECK(rig.orders({{"status", "open"}}) == 1);
  CHECK(rig.orders({{"status", "withdrawn"}}) == 0);
  CHECK(rig.orders({{"seller", address_of('P')}}) == 2);
  CHECK(rig.orders({{"seller", address_of('Q')}}) == 0);
  CHECK(rig.orders({{"seller", address_of('Z')}}) == 0);  // nobody
  CHECK(rig.orders({{"buyer", address_of('Q')}}) == 1);
  CHECK(rig.orders({{"buyer", address_of('Z')}}) == 0);
  CHECK(rig.orders({{"record_id", 2}}) == 2);
  CHECK(rig.orders({{"record_id", 3}}) == 0);
  CHECK(rig.orders({{"type", "Observation"}}) == 2);
  CHECK(rig.orders({{"type", "Patient"}}) == 0);
  CHECK(rig.orders({{"price_min", "700"}, {"price_max", "700"}}) == 2);
  CHECK(rig.orders({{"price_min", "701"}}) == 0);
  CHECK(rig.orders({{"price_max", "699"}}) == 0);
  CHECK(rig.orders({{"seller", address_of('P')}, {"status", "open"}, {"price_max", "1000"}}) == 1);
}

TEST_CASE("shares are told to their grantee, also those that end by themselves") {
  Rig rig;
  rig.events.shares = {
      {0, ShareId(4), RecordId(1), rig.user('P'), rig.user('Q'), RecordChange::shared},
      {0, ShareId(5), RecordId(1), rig.user('P'), rig.user('P'), RecordChange::shared},
      {std::nullopt, ShareId(4), RecordId(1), rig.user('P'), rig.user('Q'),
       RecordChange::share_expired}};
  const JsonArray told = rig.items({{"kind", "shares"}, {"grantee", address_of('Q')}});
  REQUIRE(told.size() == 2);
  CHECK(told[0].at("share_id") == 4);
  CHECK(told[0].at("record_id") == 1);
  CHECK(told[0].at("owner") == Json(address_of('P')));
  CHECK(told[0].at("operation") == "shareRecord");
  CHECK(told[0].at("by") == Json(address_of('P')));
  CHECK(told[1].at("operation") == "expireShare");
  CHECK(!told[1].as_object().contains("by"));
  CHECK(!told[1].as_object().contains("tx_id"));
  CHECK(rig.items({{"kind", "shares"}, {"grantee", address_of('Z')}}).empty());
}

TEST_CASE("a record's owner is told what its history has") {
  Rig rig;
  rig.events.records = {{0, rig.user('P'), RecordId(1), RecordChange::shared, 4},
                        {0, rig.user('P'), RecordId(1), RecordChange::offered, 9},
                        {0, rig.user('Q'), RecordId(2), RecordChange::verified, 0}};
  const JsonArray told = rig.items({{"kind", "records"}, {"owner", address_of('P')}});
  REQUIRE(told.size() == 2);
  CHECK(told[0].at("share_id") == 4);
  CHECK(told[1].at("order_id") == 9);
  CHECK(told[1].at("operation") == "createOrder");
}

TEST_CASE("parameters that do not fit the kind are refused by name") {
  const auto refused = [](const JsonObject& params, std::string_view name) {
    const auto subscription = parse(params);
    return !subscription && subscription.error().code == Code::bad_params &&
           subscription.error().message.starts_with(name);
  };
  const std::string p = address_of('P');
  CHECK(refused({{"kind", "records"}}, "owner: missing"));
  CHECK(refused({{"kind", "shares"}}, "grantee: missing"));
  CHECK(refused({{"kind", "shares"}, {"grantee", p}, {"owner", p}}, "owner: it means nothing"));
  CHECK(refused({{"kind", "blocks"}, {"status", "open"}}, "status: it means nothing"));
  CHECK(refused({{"kind", "records"}, {"owner", p}, {"price_min", "1"}}, "price_min: it means"));
  CHECK(refused({{"kind", "orders"}, {"price_min", 5}}, "price_min: expected an amount"));
  CHECK(refused({{"kind", "orders"}, {"price_min", "-5"}}, "price_min: expected an amount"));
  CHECK(refused({{"kind", "orders"}, {"price_max", "18446744073709551616"}}, "price_max"));
  CHECK(refused({{"kind", "orders"}, {"status", "sold"}}, "status: expected one of"));
  CHECK(parse({{"kind", "orders"}, {"price_max", "18446744073709551615"}}));
}
