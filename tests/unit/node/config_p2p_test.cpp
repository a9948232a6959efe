#include "node/config_p2p.h"

#include <catch2/catch.hpp>
#include <fstream>

#include "../ledger/temporary_directory.h"
#include "crypto/keys.h"
#include "types/address.h"

namespace generion::node {
namespace {

const std::string kKey = address_text(crypto::SigningKey::generate().public_key());
const std::string kOther = address_text(crypto::SigningKey::generate().public_key());

LoadedConfig load(const std::string& text) {
  const ledger::test::TemporaryDirectory directory;
  const auto file = directory.path() / "generiond.toml";
  std::ofstream(file) << text;
  return load_config({.file = file, .checks = FileChecks::none});
}

TEST_CASE("without a section, a node knows no other and does not listen") {
  const LoadedConfig loaded = load("");
  CHECK(loaded.mistakes.empty());
  CHECK_FALSE(loaded.config.p2p.listen);
  CHECK(loaded.config.p2p.peers.empty());
}

TEST_CASE("peers are read with their keys, addresses and roles") {
  const LoadedConfig loaded = load("[p2p]\nlisten = \"[::1]:8565\"\n[[p2p.peer]]\nkey = \"" + kKey +
                                   "\"\naddress = \"node.example.org:7\"\n[[p2p.peer]]\nkey = \"" +
                                   kOther + "\"\nrole = \"observer\"\n");
  REQUIRE(loaded.mistakes.empty());
  const P2pConfig& p2p = loaded.config.p2p;
  CHECK(p2p.listen->host == "::1");
  CHECK(p2p.listen->port == 8565);
  REQUIRE(p2p.peers.size() == 2);
  CHECK(address_text(p2p.peers[0].key) == kKey);
  CHECK(p2p.peers[0].role == PeerRole::validator);
  CHECK(p2p.peers[0].host == "node.example.org");
  CHECK(p2p.peers[0].port == 7);
  CHECK(p2p.peers[1].role == PeerRole::observer);
  CHECK(p2p.peers[1].port == 0);
}

TEST_CASE("each mistake in the section is named with its line") {
  const auto mistakes =
      load(
          "[p2p]\nlisten = \"node:1\"\nthreads = 0\n[[p2p.peer]]\nkey = \"gen1\"\naddress = "
          "\"nowhere\"\nrole = \"king\"\n[[p2p.peer]]\nkey = \"" +
          kKey + "\"\n[[p2p.peer]]\nkey = \"" + kKey + "\"\n")
          .mistakes;
  REQUIRE(mistakes.size() == 6);
  CHECK(mistakes[0].line == 2);
  CHECK(mistakes[0].key == "p2p.listen");
  CHECK(mistakes[1].key == "p2p.threads");
  CHECK(mistakes[2].key == "p2p.peer.0.key");
  CHECK(mistakes[3].key == "p2p.peer.0.address");
  CHECK(mistakes[4].key == "p2p.peer.0.role");
  CHECK(mistakes[5].key == "p2p.peer.2.key");
  CHECK(mistakes[5].message.contains("twice"));
}

}  // namespace
}  // namespace generion::node
