#include "client/market_api.h"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "base/hex.h"
#include "types/address.h"

namespace generion::client {
namespace {

namespace json = boost::json;

const Address kOne = *Address::from(Bytes(32, '1'));
const Address kTwo = *Address::from(Bytes(32, '2'));
const ReaderKey kKey = *ReaderKey::from(Bytes(32, 'k'));
const Lock kLock = *Lock::from(Bytes(64, 'l'));

json::object order(std::uint64_t id) {
  return {{"order_id", id},
          {"usr_adr", address_text(kOne)},
          {"record_id_list", {7, 8}},
          {"price", "18446744073709551615"},
          {"delivery_proven", true},
          {"status", "delivered"},
          {"customer", address_text(kTwo)},
          {"pub_key", to_hex(kKey)},
          {"deadline_ms", 5},
          {"deliveries",
           {{{"record_id", 7}, {"lock", to_hex(kLock)}}, {{"record_id", 8}, {"data_length", 3}}}}};
}

// Two pages of orders.
class PagedNode final : public Rpc {
 public:
  Result<json::value> call(std::string_view method, json::object params) override {
    asked.push_back({std::string(method), params});
    if (params.contains("cursor")) return json::object{{"items", {order(2)}}};
    return json::object{{"items", {order(1)}}, {"cursor", "next"}};
  }
  Result<std::vector<Result<json::value>>> call_batch(std::vector<RpcCall>) override {
    return fail(Code::unknown_method, "no batches here");
  }
  std::vector<RpcCall> asked;
};

}  // namespace

TEST_CASE("an order as the node tells it") {
  const auto read = parse_order(order(3));
  REQUIRE(read);
  CHECK(read->order_id == OrderId(3));
  CHECK(read->seller == kOne);
  CHECK(read->records == std::vector{RecordId(7), RecordId(8)});
  CHECK(read->price == UINT64_MAX);
  CHECK(read->delivery_proven);
  CHECK_FALSE(read->made_by_institution);
  CHECK(read->buyer == kTwo);
  CHECK(read->pub_key == kKey);
  CHECK(read->deadline == TimeMs(5));
  REQUIRE(read->deliveries.size() == 2);
  CHECK(read->deliveries[0].lock == kLock);
  CHECK_FALSE(read->deliveries[1].lock);
  for (const char* field : {"order_id", "usr_adr", "price"}) {
    json::object changed = order(3);
    changed[field] = json::array();
    CHECK(parse_order(changed).error().code == Code::malformed);
  }
  json::object changed = order(3);
  changed["deliveries"] = {{{"lock", "00"}}};
  CHECK(parse_order(changed).error().code == Code::malformed);
}

TEST_CASE("a share as the node tells it") {
  const json::object share{{"share_id", 3},
                           {"record_id", 7},
                           {"usr_adr", address_text(kOne)},
                           {"grantee", address_text(kTwo)},
                           {"pub_key", to_hex(kKey)},
                           {"lock", to_hex(kLock)},
                           {"living", true},
                           {"status", "living"}};
  const auto read = parse_share(share);
  REQUIRE(read);
  CHECK(read->share_id == ShareId(3));
  CHECK(read->record_id == RecordId(7));
  CHECK(read->grantee == kTwo);
  CHECK(read->lock == kLock);
  CHECK(read->living);
  json::object changed = share;
  changed.erase("pub_key");
  CHECK(parse_share(changed).error().code == Code::malformed);
}

TEST_CASE("all purchases of a buyer, page by page") {
  PagedNode node;
  const auto orders = get_purchases(node, kTwo);
  REQUIRE(orders);
  CHECK(orders->size() == 2);
  CHECK(orders->back().order_id == OrderId(2));
  REQUIRE(node.asked.size() == 2);
  CHECK(node.asked[1].params.at("buyer").as_string() == address_text(kTwo));
  CHECK(node.asked[1].params.at("cursor") == "next");
}

}  // namespace generion::client
