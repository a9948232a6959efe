#include "base/hex.h"
#include "cli_fixture.h"
#include "crypto/keys.h"
#include "types/address.h"
#include "types/genesis.h"

namespace generion::cli {
namespace {

TEST_CASE("init makes a node and says what to compare") {
  Cli cli;
  const std::string hospital = address_text(crypto::SigningKey::generate().public_key());
  CHECK(cli({"--json", "init", "--dir", cli.path("node"), "--plain-keys", "--name", "test",
             "--institution", "Szpital = Łódź=" + hospital + ",laboratory"}) == 0);
  const auto genesis = parse_genesis(cli.read("node/genesis.json"));
  REQUIRE(genesis.has_value());
  CHECK(cli.json().at("chain_id").as_string() == to_hex(chain_id(*genesis)));
  REQUIRE(genesis->institutions.size() == 1);
  CHECK(genesis->institutions[0].name == "Szpital = Łódź");
  CHECK(genesis->institutions[0].kind == "laboratory");
  CHECK(genesis->time == TimeMs(1'700'000'000'000));
  CHECK(cli.questions.empty());

  CHECK(cli({"init", "--dir", cli.path("node"), "--plain-keys"}) == 4);
  CHECK(cli.err.find("is there already") != std::string::npos);
}

TEST_CASE("init refuses institutions and passphrases that are wrong") {
  Cli cli;
  CHECK(cli({"init", "--dir", cli.path("node"), "--plain-keys", "--institution", "Hospital"}) == 2);
  CHECK(cli({"init", "--dir", cli.path("node"), "--plain-keys", "--institution",
             "Hospital=gen1xyz"}) == 1);
  CHECK(cli({"init", "--dir", cli.path("node")}) == 2);  // no terminal to ask on
  cli.secrets = {"short"};
  CHECK(cli({"init", "--dir", cli.path("node")}) == 4);
  cli.secrets = {"correct horse", "battery staple"};
  CHECK(cli({"init", "--dir", cli.path("node")}) == 4);
  CHECK(cli.err.find("differ") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(cli.path("node")));
}

TEST_CASE("init sets parameters of the chain") {
  Cli cli;
  CHECK(cli({"init", "--dir", cli.path("node"), "--plain-keys", "--parameter",
             "erase_within_ms=60000", "--parameter", "operations_max=7"}) == 0);
  const auto genesis = parse_genesis(cli.read("node/genesis.json"));
  REQUIRE(genesis.has_value());
  CHECK(genesis->parameters.erase_within_ms == 60'000);
  CHECK(genesis->parameters.operations_max == 7);
  CHECK(genesis->parameters.heartbeat_ms == default_parameters().heartbeat_ms);

  const auto refused = [&](const char* parameter, int status, std::string_view words) {
    CHECK(cli({"init", "--dir", cli.path("other"), "--plain-keys", "--parameter", parameter}) ==
          status);
    CHECK(cli.err.find(words) != std::string::npos);
    CHECK_FALSE(std::filesystem::exists(cli.path("other")));
  };
  refused("erase_within_ms=59999", 4, "60000 to 2592000000");
  refused("erase_within=60000", 4, "erase_within_ms");
  refused("erase_within_ms", 2, "NAME=NUMBER");
  refused("erase_within_ms=soon", 2, "NAME=NUMBER");
  refused("=1", 2, "NAME=NUMBER");
}

TEST_CASE("a passphrase from a file seals the keys, if nobody else can read it") {
  Cli cli;
  const std::string open = cli.file("open", "correct horse\n", 0644);
  CHECK(cli({"init", "--dir", cli.path("node"), "--passphrase-file", open}) == 4);
  const std::string secret = cli.file("secret", "correct horse\n");
  CHECK(cli({"init", "--dir", cli.path("node"), "--passphrase-file", secret}) == 0);
  CHECK(cli.read("node/validator.key").find("sealed:") != std::string::npos);
  CHECK(cli.out.find("correct horse") == std::string::npos);
}

}  // namespace
}  // namespace generion::cli
