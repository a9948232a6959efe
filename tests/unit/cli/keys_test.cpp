#include "base/hex.h"
#include "cli_fixture.h"
#include "types/address.h"

namespace generion::cli {
namespace {

TEST_CASE("keys: made once, shown, enrolled; the phrase is not in the result") {
  Chain cli;
  CHECK(cli({"--json", "keys", "new", "--plain"}) == 0);
  const std::string address(cli.json().at("address").as_string());
  CHECK(parse_address(address).has_value());
  CHECK(cli.out.find("phrase") == std::string::npos);
  CHECK(cli({"keys", "new", "--plain"}) == 4);

  CHECK(cli({"--json", "keys", "add"}) == 0);
  CHECK(cli.json().at("index") == 1);
  CHECK(cli({"--json", "keys", "select", "0"}) == 0);
  CHECK(cli.json().at("address").as_string() == address);
  CHECK(cli({"--json", "keys", "show"}) == 0);
  CHECK(cli.json().at("keys").as_array().size() == 2);
  CHECK(cli({"keys", "enroll", "--out", cli.path("me.json")}) == 0);
  CHECK(cli.read("me.json").find(address) != std::string::npos);
}

TEST_CASE("a phrase brings the same keys back") {
  Chain cli;
  REQUIRE(cli({"--json", "keys", "new", "--plain"}) == 0);
  const std::string address(cli.json().at("address").as_string());
  REQUIRE(cli({"--json", "keys", "show", "--phrase"}) == 0);
  cli.secrets = {std::string(cli.json().at("phrase").as_string())};
  cli.node.methods["getUser"] = [](const auto&) { return fail(Code::not_found, "no such user"); };
  cli.streams.environment["GENERION_KEYS"] = cli.path("restored");
  CHECK(cli({"--json", "keys", "restore", "--plain"}) == 0);
  CHECK(cli.json().at("address").as_string() == address);
  CHECK(cli.json().at("known_to_chain") == 0);

  cli.secrets = {"abandon abandon abandon"};
  cli.streams.environment["GENERION_KEYS"] = cli.path("wrong");
  CHECK(cli({"keys", "restore", "--plain"}) == 4);
}

}  // namespace
}  // namespace generion::cli
