// Every operation as JSON, both ways.
#include "cli/commands/operations_json.h"

#include <catch2/catch.hpp>

#include "base/hex.h"
#include "types/address.h"

namespace generion::cli {
namespace {

namespace json = boost::json;

const Address kAddress = *Address::from(Bytes(32, 'a'));
const std::string kUser = address_text(kAddress);
const std::string kKey = to_hex(Bytes(32, 'k'));
const std::string kLock = to_hex(Bytes(64, 'l'));
const std::string kRelocking = R"({"from_key": ")" + kKey + R"(", "from_lock": ")" + kLock +
                               R"(", "lock": ")" + kLock + R"(", "proof": ")" +
                               to_hex(Bytes(96, 'p')) + "\"}";

// $A is an address, $K a key, $L a lock or signature, $R a relocking.
std::string filled(std::string_view pattern) {
  std::string out;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '$') {
      out += pattern[i];
      continue;
    }
    const char what = pattern[++i];
    out += what == 'A' ? kUser : what == 'K' ? kKey : what == 'L' ? kLock : kRelocking;
  }
  return out;
}

Result<TransactionBody> body_of(std::string_view operation) {
  client::TransactionBuilder builder(Hash(), kAddress);
  const auto added = add_operations(builder, R"({"operations": [)" + filled(operation) + "]}");
  if (!added) return fail(added.error());
  const auto built = builder.build(TimeMs(1'000), 1'000);
  if (!built) return fail(built.error());
  return decode_body(built->body);
}

json::object shown(const TransactionBody& body) {
  return body_json(body).at("operations").as_array().at(0).as_object();
}

// What stands in the body is what stood in the file.
const std::vector<std::string_view> kSame = {
    R"({"operation": "setUserPubKey", "pub_key": "$K"})",
    R"({"operation": "admitUser", "usr_adr": ["$A"]})",
    R"({"operation": "verifyRecord", "record_id": [7, 8]})",
    R"({"operation": "deleteRecord", "record_id": 18446744073709551615})",
    R"({"operation": "relockRecord", "pub_key": "$K",
        "record": [{"record_id": 7, "relocking": $R}, {"record_id": 8, "relocking": $R}]})",
    R"({"operation": "shareRecord", "record_id": 7, "grantee": "$A", "data_pub_key": "$K",
        "relocking": $R})",
    R"({"operation": "shareRecord", "record_id": 7, "grantee": "$A", "data_pub_key": "$K",
        "relocking": $R, "expires_at_ms": 281474976710655})",
    R"({"operation": "revokeShare", "share_id": 3})",
    R"({"operation": "createOrder", "record_id_list": [2, 1], "price": "18446744073709551615"})",
    R"({"operation": "deleteOrder", "order_id": 4})",
    R"({"operation": "purchaseData", "order_id": 4, "pub_key": "$K", "amount": "100000000"})",
    R"({"operation": "deliverOrder", "order_id": 4, "pub_key": "$K",
        "delivery": [{"record_id": 2, "relocking": $R}]})",
    R"({"operation": "transfer", "to": "$A", "amount": "1"})",
    R"({"operation": "setRecoveryKey", "key": "$K", "delay_ms": 86400000})",
    R"({"operation": "moveUser", "usr_adr": "$A", "new_key": "$A", "new_key_signature": "$L"})",
    R"({"operation": "cancelMove"})",
    R"({"operation": "vote", "proposal_id": 5, "yes": true})",
    R"({"operation": "vote", "proposal_id": 5, "yes": false})",
    R"({"operation": "suspendInstitution", "address": "$A"})",
    R"({"operation": "anchorLog", "root": "$K", "count": 9})",
    R"({"operation": "endEpoch"})",
    R"({"operation": "reportReady", "proposal_id": 5, "height": 9, "block_hash": "$K"})",
    R"({"operation": "reportEvidence", "kind": "view_change", "culprit": "$K", "first": "00ff",
        "first_signature": "$L", "second": "0100", "second_signature": "$L"})",
};

const std::vector<std::string_view> kActions = {
    R"({"action": "addValidator", "key": "$K", "governance_key": "$K", "name": "North"})",
    R"({"action": "removeValidator", "key": "$K"})",
    R"({"action": "replaceValidatorKey", "key": "$K", "new_key": "$K"})",
    R"({"action": "replaceGovernanceKey", "key": "$K", "new_governance_key": "$K"})",
    R"({"action": "accreditInstitution", "address": "$A", "name": "H", "kind": "hospital",
        "data_source_url": "https://h.example"})",
    R"({"action": "withdrawInstitution", "address": "$A"})",
    R"({"action": "replaceInstitutionKey", "address": "$A", "new_address": "$A"})",
    R"({"action": "mint", "to": "$A", "amount": "500000000"})",
    R"({"action": "setParameter", "name": "proposal_lifetime_ms", "value": 86400000})",
    R"({"action": "setRecordTypes", "types": ["Condition", "Observation"]})",
    R"({"action": "scheduleUpgrade", "version": 2, "epoch": 7})",
};

}  // namespace

TEST_CASE("operations are the same in file, body and file again") {
  for (const std::string_view operation : kSame) {
    CAPTURE(operation);
    const auto body = body_of(operation);
    REQUIRE(body.has_value());
    CHECK(shown(*body) == json::parse(filled(operation)));
  }
}

TEST_CASE("every action of validators is the same in file, body and file again") {
  REQUIRE(kActions.size() == std::variant_size_v<GovernanceAction>);
  for (const std::string_view action : kActions) {
    CAPTURE(action);
    const auto body = body_of(R"({"operation": "propose", "action": )" + std::string(action) + "}");
    REQUIRE(body.has_value());
    CHECK(shown(*body).at("action") == json::parse(filled(action)));
  }
}

TEST_CASE("a removal by force says so, and evidence takes known kinds and whole bytes") {
  const std::string removal = R"({"action": "removeValidator", "key": "$K", "force": true})";
  const auto body = body_of(R"({"operation": "propose", "action": )" + removal + "}");
  REQUIRE(body.has_value());
  CHECK(shown(*body).at("action") == json::parse(filled(removal)));
  const auto code = [](std::string_view kind, std::string_view first) {
    const auto refused =
        body_of(R"({"operation": "reportEvidence", "kind": ")" + std::string(kind) +
                R"(", "culprit": "$K", "first": ")" + std::string(first) +
                R"(", "first_signature": "$L", "second": "02", "second_signature": "$L"})");
    return refused ? Code::ok : refused.error().code;
  };
  CHECK(code("seal", "01") == Code::ok);
  CHECK(code("commit", "01") == Code::malformed);
  CHECK(code("seal", "0") == Code::malformed);
  CHECK(code("seal", "zz") == Code::malformed);
}

TEST_CASE("bytes beside the body are shown by hash and length") {
  const std::string hash = to_hex(crypto::blake2b256({"hi"}));
  const std::vector<std::pair<std::string_view, std::string_view>> cases = {
      {R"({"operation": "createRecord", "usr_adr": "$A", "data_pub_key": "$K", "type": "Condition",
           "replaces": 3, "deidentified": true, "document": "$K", "data_encr": "aGk="})",
       "data"},
      {R"({"operation": "shareRecord", "record_id": 7, "grantee": "$A", "data_pub_key": "$K",
           "data_encr": "aGk="})",
       "data"},
      {R"({"operation": "createOrder", "record_id_list": [1], "price": "5", "text": "hi"})",
       "text"}};
  for (const auto& [operation, name] : cases) {
    CAPTURE(operation);
    const auto body = body_of(operation);
    REQUIRE(body.has_value());
    auto expected = json::parse(filled(operation)).as_object();
    expected.erase("data_encr");
    expected.erase("text");
    expected[std::string(name) + "_hash"] = hash;
    expected[std::string(name) + "_length"] = 2;
    CHECK(shown(*body) == expected);
  }
  const auto body = body_of(
      R"({"operation": "deliverOrder", "order_id": 4, "pub_key": "$K",
          "delivery": [{"record_id": 2, "relocking": $R},
                       {"record_id": 1, "data_encr": "aGk="}]})");
  REQUIRE(body.has_value());
  const auto deliveries = shown(*body).at("delivery").as_array();
  CHECK(deliveries.at(0).at("relocking") == json::parse(kRelocking));
  CHECK(deliveries.at(1) ==
        json::value({{"record_id", 1}, {"data_hash", hash}, {"data_length", 2}}));
}

TEST_CASE("a field missing, of a wrong type or unknown is named, in every operation") {
  std::vector<std::string> all(kSame.begin(), kSame.end());
  for (const std::string_view action : kActions) {
    all.push_back(R"({"operation": "propose", "action": )" + std::string(action) + "}");
  }
  for (const std::string& operation : all) {
    const auto whole = json::parse(filled(operation)).as_object();
    auto extra = whole;
    extra["surplus"] = 1;
    const auto refused = body_of(json::serialize(extra));
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == Code::malformed);
    CHECK(refused.error().message.find("operations[0].surplus is unknown") == 0);
    for (const auto& [name, value] : whole) {
      if (name == "operation") continue;
      CAPTURE(operation, std::string(name));
      auto wrong = whole;
      wrong[name] = 1.5;
      const auto mistyped = body_of(json::serialize(wrong));
      REQUIRE_FALSE(mistyped.has_value());
      CHECK(mistyped.error().message.find(std::string(name)) != std::string::npos);
      if (name == "expires_at_ms") continue;  // may be absent
      auto less = whole;
      less.erase(name);
      const auto incomplete = body_of(json::serialize(less));
      REQUIRE_FALSE(incomplete.has_value());
      CHECK(incomplete.error().message.find(std::string(name)) != std::string::npos);
    }
  }
}

TEST_CASE("what cannot be is refused by its code, with the place") {
  const auto refused = [](std::string_view operation, Code code, std::string_view words) {
    CAPTURE(operation);
    const auto body = body_of(operation);
    REQUIRE_FALSE(body.has_value());
    CHECK(body.error().code == code);
    CHECK(body.error().message.find(words) != std::string::npos);
  };
  refused(R"({"operation": "mint"})", Code::unknown_operation, "known are setUserPubKey");
  refused(R"({"operation": "propose", "action": {"action": "print"}})", Code::unknown_operation,
          "operations[0].action.action is \"print\"; known are addValidator");
  refused(
      R"({"operation": "propose", "action": {"action": "removeValidator", "key": "$K", "x": 1}})",
      Code::malformed, "operations[0].action.x is unknown");
  refused(R"({"operation": "transfer", "to": "gen1q", "amount": "1"})", Code::bad_address, "to");
  refused(R"({"operation": "admitUser", "usr_adr": ["$A", "gen1q"]})", Code::bad_address, "gen1q");
  for (const char* amount : {"0", "-1", "1.5", "18446744073709551616", "1 "}) {
    refused(R"({"operation": "transfer", "to": "$A", "amount": ")" + std::string(amount) + "\"}",
            Code::malformed, "operations[0].amount is \"");
  }
  refused(R"({"operation": "shareRecord", "record_id": 7, "grantee": "$A", "data_pub_key": "$K"})",
          Code::malformed, "give one of the two");
  refused(R"({"operation": "shareRecord", "record_id": 7, "grantee": "$A", "data_pub_key": "$K",
              "relocking": $R, "data_encr": "aGk="})",
          Code::malformed, "give one of the two");
  refused(R"({"operation": "shareRecord", "record_id": 7, "grantee": "$A", "data_pub_key": "$K",
              "data_encr": "AWk="})",
          Code::bad_capsule, "operations[0]: data_encr starts with byte 01");
  refused(R"({"operation": "relockRecord", "pub_key": "$K",
              "record": [{"record_id": 7, "relocking": {"from_key": "$K"}}]})",
          Code::malformed, "operations[0].record[0].relocking.from_lock");
  refused(R"({"operation": "deliverOrder", "order_id": 4, "pub_key": "$K",
              "delivery": [{"record_id": 2, "data_encr": "%"}]})",
          Code::malformed, "operations[0].delivery[0].data_encr is no base64");
  refused(R"({"operation": "setRecoveryKey", "key": "$K", "delay_ms": 1})", Code::malformed,
          "from 86400000");
}

}  // namespace generion::cli
