// Transactions on a machine without network.
#include "base/hex.h"
#include "cli_fixture.h"
#include "types/address.h"
#include "types/transaction.h"
#include "wire/transaction.h"

namespace generion::cli {
namespace {

TEST_CASE("build, sign and decode a transaction from files") {
  Chain cli;
  const std::string key = cli.key_file("user.key");
  REQUIRE(cli({"--json", "keys", "import", cli.path("seed"), "--out", cli.path("x.key"),
               "--plain"}) == 0);
  const std::string sender(cli.json().at("address").as_string());
  cli.file("ops.json", R"({"operations": [{"operation": "verifyRecord", "record_id": [7, 8]},
                                         {"operation": "deleteRecord", "record_id": 9}]})");
  CHECK(cli({"tx", "build", cli.path("ops.json"), "--sender", sender, "--out", cli.path("a.tx")}) ==
        0);
  CHECK(cli({"--json", "tx", "decode", cli.path("a.tx")}) == 0);
  CHECK(cli.json().at("signed") == false);
  CHECK(cli.json().at("operations").as_array().size() == 2);
  CHECK(cli.json().at("valid_until_ms") == 1'700'003'600'000);

  CHECK(cli({"tx", "sign", cli.path("a.tx"), "--key", key, "--out", cli.path("b.tx")}) == 0);
  CHECK(cli({"--json", "tx", "decode", cli.path("b.tx")}) == 0);
  CHECK(cli.json().at("signature_holds") == true);
  CHECK(cli.json().at("sender").as_string() == sender);
  const auto envelope = wire::decode_transaction(cli.read("b.tx"));
  REQUIRE(envelope.has_value());
  CHECK(check_transaction(*envelope, Attachments::required).has_value());
  CHECK(cli.node.asked.empty());
}

TEST_CASE("operations that cannot be are named") {
  Chain cli;
  const std::string sender = address_text(crypto::SigningKey::generate().public_key());
  const auto refusal = [&](std::string_view operation) {
    cli.file("ops.json", "{\"operations\": [" + std::string(operation) + "]}");
    CHECK(cli({"tx", "build", cli.path("ops.json"), "--sender", sender, "--out",
               cli.path("a.tx")}) == 1);
    return cli.err;
  };
  CHECK(refusal(R"({"operation": "mint"})").find("known are setUserPubKey") != std::string::npos);
  CHECK(refusal(R"({"operation": "deleteRecord"})").find("operations[0].record_id is missing") !=
        std::string::npos);
  CHECK(refusal(R"({"operation": "deleteRecord", "record_id": 0})").find("from 1") !=
        std::string::npos);
  CHECK(refusal(R"({"operation": "deleteRecord", "record_id": 1, "x": 2})")
            .find("x is unknown; known here are operation, record_id") != std::string::npos);
  CHECK(refusal(R"({"operation": "admitUser", "usr_adr": ["gen1q"]})").find("usr_adr") !=
        std::string::npos);
  CHECK(refusal(R"(7)").find("must be a JSON object") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(cli.path("a.tx")));
}

}  // namespace
}  // namespace generion::cli
