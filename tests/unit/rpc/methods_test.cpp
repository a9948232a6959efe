#include <boost/json/serialize.hpp>
#include <catch2/catch.hpp>

#include "asked_node.h"
#include "base/base64.h"
#include "base/hex.h"
#include "contract/objects.h"
#include "wire/transaction.h"

using namespace generion;
using namespace generion::rpc;
using namespace generion::test;

namespace {

using Node = AskedNode;

}  // namespace

TEST_CASE("a record is shown as documented") {
  Node node;
  REQUIRE(node.backend.create_record('H', 'P', "data").code == Code::ok);
  const Json record = node.ask("getRecord", "[1]");
  CHECK(record.at("record_id").as_int64() == 1);
  CHECK(record.at("usr_adr").as_string() == address_of('P'));
  CHECK(record.at("creator_adr").as_string() == address_of('H'));
  CHECK(record.at("by_institution").as_bool());
  CHECK(record.at("pub_key").as_string() == to_hex(std::string(32, 'k')));
  CHECK(record.at("data_encr").as_string() == to_base64("data"));
  CHECK(record.at("data_length").as_int64() == 4);
  CHECK(record.at("data_hash").as_string() == to_hex(crypto::blake2b256({"data"})));
  CHECK(!record.at("is_verified").as_bool());
  CHECK(!record.at("deleted").as_bool());
  CHECK(record.at("created_at_ms").as_int64() == 1'000);
  for (const char* absent : {"lock", "document", "type", "replaces"})
    CHECK(!record.as_object().contains(absent));
  CHECK(node.ask("getRecord", "[\"1\"]") == record);
  CHECK(node.ask("getRecord", "[\"1:1\"]").as_array().size() == 2);
  CHECK(node.ask("getRecord", "[\"1:1\"]").at(1) == record);
  CHECK(node.code("getRecord", "[2]") == "RECORD_NOT_FOUND");
  CHECK(node.code("getRecord", "[\"1:2\"]") == "RECORD_NOT_FOUND");

  REQUIRE(node.backend.commit(node.backend.sign('P', {DeleteRecord{RecordId(1)}})).code ==
          Code::ok);
  const Json deleted = node.ask("getRecord", "[1]");
  CHECK(deleted.at("deleted").as_bool());
  CHECK(!deleted.as_object().contains("data_encr"));
  // The state before is still there, whatever became of the bytes.
  node.backend.erase_attachments();
  const Json before = node.ask("getRecord", R"({"record_id":1,"height":1})");
  CHECK(!before.at("deleted").as_bool());
  CHECK(!before.as_object().contains("data_encr"));
}

TEST_CASE("users, keys and institutions are shown as documented") {
  Node node;
  const std::string patient = "[" + quoted(address_of('P')) + "]";
  CHECK(node.code("getUser", patient) == "USER_NOT_FOUND");
  CHECK(node.code("getUserPubKey", patient) == "USER_NOT_FOUND");
  CHECK(node.code("getRecordList", patient) == "USER_NOT_FOUND");
  node.backend.create_record('H', 'P', "data");
  const Json user = node.ask("getUser", patient);
  CHECK(user.at("user_id").as_int64() == 1);
  CHECK(user.at("address").as_string() == address_of('P'));
  CHECK(user.at("admitted_by").as_string() == address_of('H'));
  CHECK(user.at("record_count").as_int64() == 1);
  CHECK(user.at("first_seen_ms").as_int64() == 1'000);
  CHECK(!user.as_object().contains("reader_key"));
  CHECK(node.ask("getUserPubKey", patient).as_object().empty());

  const Json institutions = node.ask("getInstitutionList");
  REQUIRE(institutions.at("items").as_array().size() == 2);
  CHECK(institutions.at("height").as_int64() == 1);
  for (const Json& institution : institutions.at("items").as_array()) {
    CHECK(institution.at("status").as_string() == "accredited");
    const bool has_url = institution.as_object().contains("data_source_url");
    CHECK(has_url == (institution.at("name").as_string() == "Hospital"));
  }
  const Json parameters = node.ask("getParameters");
  CHECK(parameters.at("operations_max").as_int64() == 256);
  CHECK(parameters.at("record_types").as_array().size() ==
        default_parameters().record_types.size());
  CHECK(node.ask("getGenesis").at("chain_name").as_string() == "test");
  CHECK(parse_genesis(boost::json::serialize(node.ask("getGenesis"))));
}

TEST_CASE("pages go on at the height of the first, whatever happens meanwhile") {
  Node node;
  for (int i = 0; i < 5; ++i) node.backend.create_record('H', 'P', "data");
  const std::string who = R"("usr_adr":)" + quoted(address_of('P'));
  const Json first = node.ask("getRecordIdList", "{" + who + R"(,"limit":2})");
  CHECK(numbers(first.at("items")) == std::vector<std::uint64_t>{1, 2});
  CHECK(first.at("height").as_int64() == 5);
  const auto next = [&](const Json& page, const std::string& more = "") {
    return "{" + who + R"(,"limit":2,"cursor":)" +
           quoted(std::string(page.at("cursor").as_string())) + more + "}";
  };
  node.backend.create_record('H', 'P', "later");
  const Json second = node.ask("getRecordIdList", next(first));
  CHECK(numbers(second.at("items")) == std::vector<std::uint64_t>{3, 4});
  CHECK(second.at("height").as_int64() == 5);
  const Json third = node.ask("getRecordIdList", next(second));
  CHECK(numbers(third.at("items")) == std::vector<std::uint64_t>{5});
  CHECK(!third.as_object().contains("cursor"));

  CHECK(node.code("getRecordList", next(first)) == "BAD_CURSOR");  // another list's
  CHECK(node.code("getRecordIdList", next(first, R"(,"height":4)")) == "BAD_PARAMS");
  CHECK(numbers(node.ask("getRecordIdList", next(first, R"(,"height":5)")).at("items")).front() ==
        3);
  CHECK(node.code("getRecordIdList", "{" + who + R"(,"cursor":"garbage"})") == "BAD_CURSOR");
  node.backend.oldest = Height(6);
  CHECK(node.code("getRecordIdList", next(first)) == "HEIGHT_GONE");
  CHECK(node.code("getRecordIdList", "{" + who + R"(,"height":2})") == "HEIGHT_GONE");
  CHECK(node.code("getRecordIdList", "{" + who + R"(,"height":99})") == "HEIGHT_AHEAD");
}

TEST_CASE("a page that ends with the list has no cursor") {
  Node node;
  for (int i = 0; i < 2; ++i) node.backend.create_record('H', 'P', "data");
  const std::string who = R"({"usr_adr":)" + quoted(address_of('P'));
  CHECK(!node.ask("getRecordIdList", who + R"(,"limit":2})").as_object().contains("cursor"));
  CHECK(node.ask("getRecordIdList", who + R"(,"limit":1})").as_object().contains("cursor"));
  const Json users = node.ask("getUserList");
  REQUIRE(users.at("items").as_array().size() == 1);
  CHECK(users.at("items").at(0).as_string() == address_of('P'));
}

TEST_CASE("a page of large records ends before it grows without bound") {
  Node node;
  const std::string large(1'000'000, 'x');
  for (int i = 0; i < 5; ++i) REQUIRE(node.backend.create_record('H', 'P', large).code == Code::ok);
  const std::string who = R"({"usr_adr":)" + quoted(address_of('P'));
  const Json first = node.ask("getRecordList", who + "}");
  REQUIRE(first.at("items").as_array().size() == 3);
  const Json rest =
      node.ask("getRecordList",
               who + R"(,"cursor":)" + quoted(std::string(first.at("cursor").as_string())) + "}");
  REQUIRE(rest.at("items").as_array().size() == 2);
  CHECK(rest.at("items").at(0).at("record_id").as_int64() == 4);
  CHECK(rest.at("items").at(1).at("data_encr").as_string().size() == (large.size() + 2) / 3 * 4);
  CHECK(!rest.as_object().contains("cursor"));
  CHECK(node.code("getRecord", "[\"1:2:3:4\"]") == "TOO_LARGE");
  CHECK(node.ask("getRecord", "[\"1:2:3\"]").as_array().size() == 3);
}

TEST_CASE("a record's history tells every change") {
  Node node;
  node.backend.create_record('H', 'P', "data");
  const TxId created = node.backend.last_id();
  node.backend.commit(node.backend.sign('P', {VerifyRecord{{RecordId(1)}}}));
  node.backend.commit(node.backend.sign('P', {DeleteRecord{RecordId(1)}}));
  const Json first = node.ask("getRecordHistory", R"({"record_id":1,"limit":2})");
  REQUIRE(first.at("items").as_array().size() == 2);
  CHECK(first.at("items").at(0).at("operation").as_string() == "createRecord");
  CHECK(first.at("items").at(0).at("by").as_string() == address_of('H'));
  CHECK(first.at("items").at(0).at("tx_id").as_string() == to_hex(created));
  CHECK(first.at("items").at(1).at("time_ms").as_int64() == 2'000);
  const Json rest =
      node.ask("getRecordHistory", R"({"record_id":1,"limit":2,"cursor":)" +
                                       quoted(std::string(first.at("cursor").as_string())) + "}");
  REQUIRE(rest.at("items").as_array().size() == 1);
  CHECK(rest.at("items").at(0).at("operation").as_string() == "deleteRecord");
  CHECK(node.code("getRecordHistory", "[2]") == "RECORD_NOT_FOUND");
}

TEST_CASE("a proof is of exactly one thing, at the newest sealed height if none is named") {
  Node node;
  node.backend.create_record('H', 'P', "data");
  node.backend.create_record('H', 'P', "data");
  const std::string id = to_hex(node.backend.last_id());
  node.backend.sealed = Height(1);
  const Json proof = node.ask("getProof", R"({"record_id":1})");
  CHECK(proof.at("height").as_int64() == 1);
  CHECK(proof.at("proof").as_string() ==
        to_base64("proof of " + contract::record_key(RecordId(1))));
  CHECK(node.code("getProof", R"({"record_id":2})") == "NOT_FOUND");
  CHECK(node.ask("getProof", R"({"record_id":2,"height":2})").at("height").as_int64() == 2);
  CHECK(node.ask("getProof", R"({"key":")" + to_hex(contract::record_key(RecordId(1))) + "\"}") ==
        proof);
  CHECK(node.ask("getProof", R"({"address":")" + address_of('P') + "\"}").at("proof").as_string() ==
        to_base64("proof of " + contract::user_key(UserId(1))));
  CHECK(node.ask("getProof", R"({"address":")" + address_of('H') + "\"}")
            .as_object()
            .contains("proof"));
  CHECK(node.code("getProof", R"({"address":")" + address_of('X') + "\"}") == "USER_NOT_FOUND");
  CHECK(node.code("getProof", R"({"tx_id":")" + id + "\"}") == "NOT_READY");
  node.backend.sealed = Height(2);
  const Json receipt = node.ask("getProof", R"({"tx_id":")" + id + "\"}");
  CHECK(receipt.at("height").as_int64() == 2);
  CHECK(receipt.at("proof").as_string() == to_base64("receipt proof"));
  CHECK(node.code("getProof", "{}") == "BAD_PARAMS");
  CHECK(node.code("getProof", R"({"record_id":1,"tx_id":")" + id + "\"}") == "BAD_PARAMS");
}

TEST_CASE("a query of one object proves it when asked to") {
  Node node;
  node.backend.create_record('H', 'P', "data");
  node.backend.create_record('H', 'P', "more");
  node.backend.sealed = Height(1);
  const Json record = node.ask("getRecord", R"({"record_id":1,"proof":true})");
  CHECK(record.at("record_id").as_int64() == 1);
  CHECK(record.at("height").as_int64() == 1);  // the newest that has a certificate
  CHECK(record.at("block_hash").as_string().size() == 64);
  CHECK(record.at("proof").as_string() ==
        to_base64("proof of " + contract::record_key(RecordId(1))));
  CHECK(node.code("getRecord", R"({"record_id":2,"proof":true})") == "RECORD_NOT_FOUND");
  CHECK(node.ask("getRecord", R"({"record_id":2})").as_object().count("proof") == 0);
  CHECK(node.ask("getRecord", R"({"record_id":2,"proof":true,"height":2})").at("height") == 2);
  CHECK(node.code("getRecord", R"({"record_id":"1:2","proof":true,"height":2})") == "BAD_PARAMS");
  const std::string of_user = R"({"address":")" + address_of('P') + R"(","proof":true})";
  CHECK(node.ask("getUser", of_user).at("proof").is_string());
  const std::string of_key = R"({"usr_adr":")" + address_of('P') + R"(","proof":true})";
  CHECK(node.ask("getUserPubKey", of_key).at("proof").is_string());
  CHECK(node.ask("getParameters", R"({"proof":true})").at("proof").is_string());
}

TEST_CASE("the other nodes, and evidence against them") {
  Node node;
  CHECK(node.ask("getPeers").at("peers").as_array().empty());
  rpc::PeerView peer;
  peer.key = key_of('V').public_key();
  peer.role = "validator";
  peer.state = "connected";
  peer.round_trip_us = 250;
  peer.clock_offset_ms = -3;
  node.backend.known_peers = {peer};
  const Json shown = node.ask("getPeers").at("peers").at(0);
  CHECK(shown.at("key").as_string().starts_with("gen1"));
  CHECK(shown.at("state") == "connected");
  CHECK(shown.at("round_trip_us") == 250);
  CHECK(shown.at("clock_offset_ms") == -3);
  CHECK_FALSE(shown.as_object().contains("last_error"));

  rpc::EvidenceView found;
  found.culprit = peer.key;
  found.kind = "PREPARE";
  found.height = Height(7);
  found.first = "a";
  node.backend.known_evidence = {found};
  const Json item = node.ask("getEvidence").at("items").at(0);
  CHECK(item.at("validator") == shown.at("key"));
  CHECK(item.at("kind") == "PREPARE");
  CHECK(item.at("height") == 7);
  CHECK(item.at("first") == "YQ==");
}

TEST_CASE("a simulated transaction tells what it would do") {
  Node node;
  node.backend.create_record('H', 'P', "data");
  const auto simulate = [&](SignedTransaction transaction) {
    return node.ask("simulateTransaction",
                    quoted(to_base64(wire::encode_transaction(transaction))).insert(0, "[") + "]");
  };
  const Json made = simulate(node.backend.sign('H', {FakeBackend::record('P', "more")}, {"more"}));
  CHECK(made.at("code").as_string() == "OK");
  CHECK(numbers(made.at("new_ids")) == std::vector<std::uint64_t>{2});
  CHECK(made.at("height") == 1);
  CHECK(made.at("tx_id").as_string().size() == 64);
  const Json refused = simulate(node.backend.sign('P', {DeleteRecord{RecordId(7)}}));
  CHECK(refused.at("code").as_string() == "RECORD_NOT_FOUND");
  CHECK(refused.at("failed_operation") == 0);
  CHECK(refused.at("message").as_string() == "simulated");
  CHECK(node.code("simulateTransaction", R"(["AAAA"])") == "MALFORMED");
  CHECK(node.ask("getStatus").at("height") == 1);
  CHECK(node.backend.submitted() == 0);
}

TEST_CASE("statistics are the same numbers as JSON and as CSV") {
  Node node;
  REQUIRE(node.backend.create_record('H', 'P', "data").code == Code::ok);
  const Json sums = node.ask("getStatistics", R"({"by":"none","k":0})");
  CHECK(sums.at("groups").at(0).at("created").as_int64() == 1);
  const Json csv = node.ask("getStatistics", R"({"by":"none","k":0,"format":"csv"})");
  CHECK(csv.at("height") == sums.at("height"));
  const std::string text = "created,verified,deleted,shared,offered,sold,value\n1,0,0,0,0,0,0\n";
  CHECK(csv.at("csv").as_string() == text);
  const net::Response got = node.get("getStatistics", "by=none&k=0&format=csv");
  CHECK(got.status == 200);
  CHECK(got.content_type == "text/csv; charset=utf-8");
  CHECK(got.body == text);
  CHECK(node.get("getStatistics", "by=none&k=0").content_type == "application/json");
  CHECK(node.get("getStatistics", "format=xml").status == 400);
  CHECK(node.code("getStatistics", R"({"by":"year"})") == "BAD_PARAMS");
  CHECK(node.code("getStatistics", R"({"from":"2026-13"})") == "BAD_PARAMS");
}
