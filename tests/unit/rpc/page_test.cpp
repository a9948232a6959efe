#include "rpc/page.h"

#include <catch2/catch.hpp>

#include "asked_node.h"
#include "base/base64.h"
#include "contract/market_objects.h"
#include "contract/objects.h"
#include "wire/proof.h"

using namespace generion;
using namespace generion::rpc;
using namespace generion::test;

namespace {

using Node = AskedNode;

ObjectsProof proof_of(const Json& page) {
  const auto bytes = from_base64(std::string(page.at("proof").as_string()));
  REQUIRE(bytes);
  auto proof = wire::decode_objects_proof(*bytes);
  REQUIRE(proof);
  return std::move(*proof);
}

std::vector<Bytes> keys_of(const ObjectsProof& proof) {
  std::vector<Bytes> out;
  for (const ObjectProof& object : proof.objects) out.push_back(object.key);
  return out;
}

Bytes user(std::uint64_t id) {
  return contract::user_key(UserId(id));
}
Bytes record(std::uint64_t id) {
  return contract::record_key(RecordId(id));
}
Bytes institution(std::uint64_t id) {
  return contract::institution_key(contract::InstitutionId(id));
}

std::string of(char who, const std::string& rest = "", const std::string& name = "usr_adr") {
  return "{\"" + name + "\":\"" + address_of(who) + "\"" + rest + ",\"proof\":true}";
}

std::uint64_t hospital_id(const FakeBackend& backend) {
  const auto& institutions = backend.genesis().institutions;
  for (std::size_t i = 0; i < institutions.size(); ++i) {
    if (institutions[i].name == "Hospital") return i + 1;
  }
  return 0;
}

}  // namespace

TEST_CASE("a page with proof proves its entries, what counts them and whom they name, once each") {
  Node node;
  node.backend.create_record('H', 'P', "one");
  node.backend.create_record('H', 'P', "two");
  node.backend.create_record('P', 'P', "three");
  node.backend.seal_all();
  node.backend.create_record('P', 'P', "after the certificate");

  const Json page = node.ask("getRecordList", of('P'));
  CHECK(page.at("height") == 3);  // the newest that has a certificate
  CHECK(page.at("block_hash").as_string().size() == 64);
  CHECK(page.at("items").as_array().size() == 3);
  const ObjectsProof proof = proof_of(page);
  CHECK(keys_of(proof) == std::vector<Bytes>{user(1), record(1),
                                             institution(hospital_id(node.backend)), record(2),
                                             record(3)});
  CHECK(proof.header.height == Height(3));
  CHECK(proof.certificate.signers.size() == 1);
  CHECK_FALSE(
      node.ask("getRecordList", "[\"" + address_of('P') + "\"]").as_object().contains("proof"));
}

TEST_CASE("each page of a proven list has the count, at the height of the first") {
  Node node;
  for (int i = 0; i < 3; ++i) node.backend.create_record('P', 'P', "data");
  node.backend.create_record('H', 'P', "admits him");
  for (int i = 0; i < 3; ++i) node.backend.create_record('P', 'P', "data");
  node.backend.seal_all();
  const Json first = node.ask("getRecordList", of('P', ",\"limit\":2"));
  node.backend.create_record('P', 'P', "later");
  node.backend.seal_all();
  const std::string cursor(first.at("cursor").as_string());
  const Json second =
      node.ask("getRecordList", of('P', ",\"limit\":2,\"cursor\":\"" + cursor + "\""));
  CHECK(second.at("height") == first.at("height"));
  CHECK(keys_of(proof_of(first)) ==
        std::vector<Bytes>{user(1), record(1), institution(hospital_id(node.backend)), record(2)});
  CHECK(keys_of(proof_of(second)) == std::vector<Bytes>{user(1), record(3), record(4)});
  CHECK_FALSE(second.as_object().contains("cursor"));
  // The entries are the same without proof, so the list may go on without.
  const Json rest = node.ask("getRecordList", R"({"usr_adr":")" + address_of('P') +
                                                  R"(","limit":2,"cursor":")" + cursor + "\"}");
  CHECK(rest.at("items") == second.at("items"));
  CHECK_FALSE(rest.as_object().contains("proof"));
}

TEST_CASE("lists of the whole chain are counted by its counters") {
  Node node;
  node.backend.create_record('H', 'P', "data");
  node.backend.seal_all();
  const auto keys = [&](const std::string& method) {
    return keys_of(proof_of(node.ask(method, R"({"proof":true})")));
  };
  const Bytes counters = contract::counters_key();
  CHECK(keys("getUserList") == std::vector<Bytes>{counters, user(1)});
  CHECK(keys("getInstitutionList") == std::vector<Bytes>{counters, institution(1), institution(2)});
  CHECK(keys("getProposalList") == std::vector<Bytes>{counters});
  CHECK(keys("getOrderList") == std::vector<Bytes>{counters});
}

TEST_CASE("shares and orders are counted by whom they are asked of, narrower lists by nothing") {
  Node node;
  node.backend.create_record('H', 'P', "data");
  node.backend.create_record('H', 'Q', "data");
  ShareRecord share;
  share.record_id = RecordId(1);
  share.grantee = key_of('Q').public_key();
  share.data_pub_key = *ReaderKey::from(std::string(32, 'g'));
  share.access = AttachmentRef{crypto::blake2b256({"opaque"}), 6};
  REQUIRE(node.backend.commit(node.backend.sign('P', {share}, {"opaque"})).code == Code::ok);
  CreateOrder order;
  order.record_id_list = {RecordId(1)};
  order.price = 5;
  REQUIRE(node.backend.commit(node.backend.sign('P', {order})).code == Code::ok);
  node.backend.seal_all();
  const auto keys = [&](const std::string& method, const std::string& params) {
    return keys_of(proof_of(node.ask(method, params)));
  };
  const Bytes share_1 = contract::share_key(ShareId(1));
  const Bytes order_1 = contract::order_key(OrderId(1));
  CHECK(keys("getShareList", of('P')) == std::vector<Bytes>{user(1), share_1, user(2)});
  CHECK(keys("getSharedRecordList", of('Q')) == std::vector<Bytes>{user(2), share_1, user(1)});
  CHECK(keys("getShareList", R"({"record_id":1,"proof":true})") ==
        std::vector<Bytes>{record(1), share_1, user(1), user(2)});
  CHECK(keys("getOrderList", R"({"record_id":1,"proof":true})") ==
        std::vector<Bytes>{record(1), order_1, user(1)});
  CHECK(keys("getOrderList", of('P', "", "seller")) == std::vector<Bytes>{user(1), order_1});
  CHECK(keys("getOrderList", of('Q', "", "buyer")) == std::vector<Bytes>{user(2)});
  CHECK(keys("getOrderList", R"({"proof":true})") ==
        std::vector<Bytes>{contract::counters_key(), order_1, user(1)});
  for (const std::string filter : {R"("status":"open")", R"("price_max":"7")", R"("price_min":"1")",
                                   R"("type":"Observation")"}) {
    CHECK_FALSE(keys("getOrderList", "{" + filter + R"(,"proof":true})") ==
                std::vector<Bytes>{contract::counters_key(), order_1, user(1)});
  }
  CHECK(keys("getOrderList", R"({"status":"open","proof":true})") ==
        std::vector<Bytes>{order_1, user(1)});
}

TEST_CASE("a list at a height without certificate is not proven") {
  Node node;
  node.backend.create_record('H', 'P', "data");
  CHECK(node.ask("getRecordList", of('P', ",\"height\":1")).at("data").at("code") == "NOT_READY");
}
