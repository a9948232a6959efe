#include <catch2/catch.hpp>

#include "asked_node.h"
#include "base/hex.h"

using namespace generion;
using namespace generion::test;

TEST_CASE("epochs, the next validators and evidence are shown as documented") {
  AskedNode node;
  const std::string key = to_hex(key_of('V').public_key());
  const Json epoch = node.ask("getEpoch", R"({"epoch":0,"proof":true})");
  CHECK(epoch.at("first_height").as_int64() == 1);
  CHECK(epoch.at("since_ms").as_int64() == 1);
  CHECK(epoch.at("version").as_int64() == 1);
  CHECK(epoch.at("validators") == Json{key});
  CHECK(epoch.at("proof").is_string());
  CHECK(!epoch.as_object().contains("last_height"));
  CHECK(node.code("getEpoch", R"({"epoch":1})") == "NOT_FOUND");
  CHECK(node.ask("getEvidenceList").at("items").as_array().empty());

  const AddValidator second{key_of('W').public_key(), key_of('X').public_key(), "two"};
  const auto commit = [&node](char sender, Operation operation) {
    return node.backend.commit(node.backend.sign(sender, {std::move(operation)})).code;
  };
  REQUIRE(commit('G', Propose{second}) == Code::ok);
  CHECK(node.ask("getProposal", "[1]").at("status").as_string() == "awaits_joiner");
  REQUIRE(commit('W', ReportReady{ProposalId(1), Height(0), Hash()}) == Code::ok);
  REQUIRE(commit('G', Propose{SetParameter{"operations_max", 7}}) == Code::ok);
  CHECK(node.ask("getEpoch").at("last_height").as_int64() == 130);
  CHECK(node.ask("getEpoch").at("decided") == Json{1, 2});

  CHECK(node.ask("getValidatorSet").at("validators").as_array().size() == 1);
  const Json next = node.ask("getValidatorSet", R"({"next":true})");
  CHECK(next.at("epoch").as_int64() == 1);
  CHECK(next.at("quorum").as_int64() == 2);
  CHECK(next.at("validators").at(1).at("name").as_string() == "two");
  CHECK(node.ask("getParameters").at("operations_max").as_int64() == 256);
  CHECK(node.ask("getParameters", R"({"next":true})").at("operations_max").as_int64() == 7);
  CHECK(node.code("getValidatorSet", R"({"next":true,"proof":true})") == "BAD_PARAMS");
  CHECK(node.code("getParameters", R"({"next":true,"proof":true})") == "BAD_PARAMS");
}
