#include <boost/json.hpp>

#include "base/base64.h"
#include "base/hex.h"
#include "cli_fixture.h"
#include "wire/proof.h"

namespace generion::cli {
namespace {

boost::json::object vectors() {
  std::ifstream in(std::string(GENERION_VECTORS) + "/proofs/validators-4.json");
  std::stringstream content;
  content << in.rdbuf();
  return boost::json::parse(content.str()).as_object();
}

boost::json::object named(const boost::json::object& file, std::string_view name) {
  for (const auto& one : file.at("cases").as_array()) {
    if (one.at("name").as_string() == name) return one.as_object();
  }
  FAIL("no case " << name);
  return {};
}

std::string one_proof(Chain& cli) {
  const auto one = named(vectors(), "an object, sealed by a quorum");
  return cli.file("one.proof", *from_base64(std::string(one.at("proof").as_string())));
}

TEST_CASE("a file that is no proof is exit code 5, a missing one 4, no genesis 2") {
  Chain cli;
  cli.file("some.proof", "not a proof");
  CHECK(cli({"verify-proof", cli.path("some.proof")}) == 5);
  CHECK(cli.err.find("some.proof is no proof") != std::string::npos);
  CHECK(cli({"verify-proof", cli.path("missing.proof")}) == 4);
  cli.streams.environment.erase("GENERION_GENESIS");
  CHECK(cli({"verify-proof", cli.path("some.proof")}) == 2);
  CHECK(cli.node.asked.empty());
}

TEST_CASE("what is trusted has to be HEIGHT:HASH, with links that have it") {
  Chain cli;
  const std::string proof = one_proof(cli);
  const std::string hash(64, '0');
  CHECK(cli({"verify-proof", proof, "--trusted", "57"}) == 2);
  CHECK(cli.err.find("HEIGHT:HASH") != std::string::npos);
  CHECK(cli({"verify-proof", proof, "--trusted", "57:" + hash}) == 5);
  CHECK(cli.err.find("getLinks from_height=57") != std::string::npos);
  CHECK(cli({"verify-proof", proof, "--links", cli.path("missing.links")}) == 4);
  CHECK(cli({"verify-proof", proof, "--links", cli.file("bad.links", "\xff")}) == 1);
  CHECK(cli.node.asked.empty());
}

TEST_CASE("a proof is checked from a trusted block, or with a links file") {
  Chain cli;
  const boost::json::object file = vectors();
  const auto base64 = [](const boost::json::value& text) {
    return *from_base64(std::string(text.as_string()));
  };
  cli.file("genesis.json", boost::json::serialize(file.at("genesis")));
  cli.file("sets.links", base64(file.at("sets")));
  cli.file("one.proof", base64(named(file, "an object, sealed by a quorum").at("proof")));
  cli.file("all.proof", base64(named(file, "an object with all changes of the set").at("proof")));
  const auto verify = [&cli](std::vector<std::string> more) {
    std::vector<std::string> all{"--json", "verify-proof"};
    all.insert(all.end(), more.begin(), more.end());
    return cli(all);
  };
  cli.streams.environment["GENERION_GENESIS"] = cli.path("genesis.json");
  CHECK(verify({cli.path("one.proof")}) == 5);
  CHECK(verify({cli.path("one.proof"), "--links", cli.path("sets.links")}) == 0);
  CHECK(cli.json().at("holds").as_bool());
  CHECK(verify({cli.path("all.proof")}) == 0);
  CHECK(cli({"verify-proof", cli.path("all.proof")}) == 0);
  CHECK(cli.out.find("4 of 4 validators") != std::string::npos);

  cli.streams.environment.erase("GENERION_GENESIS");
  const auto links = *wire::decode_links(base64(file.at("sets")));
  const std::string trusted = "80:" + to_hex(block_hash(links[1].header));
  CHECK(verify({cli.path("all.proof"), "--trusted", trusted}) == 0);
  CHECK(verify({cli.path("one.proof"), "--trusted", trusted}) == 5);
  CHECK(verify({cli.path("one.proof"), "--trusted", trusted, "--links", cli.path("sets.links")}) ==
        0);
  const auto proof =
      *wire::decode_proof(base64(named(file, "an object, sealed by a quorum").at("proof")));
  CHECK(cli({"verify-proof", cli.path("one.proof"), "--trusted",
             "95:" + to_hex(block_hash(proof.header))}) == 0);
  CHECK(cli.out.find("it is the trusted block") != std::string::npos);
  // And the genesis file has to be of the same chain.
  CHECK(verify({cli.path("all.proof"), "--trusted", trusted, "--genesis",
                cli.path("node/genesis.json")}) == 1);
  CHECK(cli.json().at("error").at("code") == "WRONG_CHAIN");
}

}  // namespace
}  // namespace generion::cli
