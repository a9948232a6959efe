#include "node/init.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "crypto/sealed_key.h"
#include "ledger/journal/journal.h"
#include "node/config.h"

namespace generion::node {
namespace {

namespace fs = std::filesystem;

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string pattern = (fs::temp_directory_path() / "generion-init-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~TemporaryDirectory() {
    ::chmod(path_.c_str(), 0700);
    fs::remove_all(path_);
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

std::string read_text(const fs::path& path) {
  std::ifstream in(path);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

mode_t mode_of(const fs::path& path) {
  struct stat status{};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777;
}

std::size_t entries(const fs::path& directory) {
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator(directory), fs::directory_iterator()));
}

InitOptions options_for(const fs::path& directory) {
  InitOptions out;
  out.directory = directory;
  out.chain_name = "test chain";
  out.validator_name = "validator";
  out.time = TimeMs(1'700'000'000'000);
  return out;
}

TEST_CASE("init makes a node's directory that its configuration accepts") {
  const TemporaryDirectory temporary;
  const fs::path directory = temporary.path() / "node";
  const auto made = initialize_node(options_for(directory));
  REQUIRE(made.has_value());

  const auto genesis = parse_genesis(read_text(directory / kGenesisFile));
  REQUIRE(genesis.has_value());
  CHECK(chain_id(*genesis) == made->chain_id);
  REQUIRE(genesis->validators.size() == 1);
  CHECK(genesis->validators[0].key == made->validator);
  CHECK(genesis->validators[0].governance_key == made->governance);

  const LoadedConfig config = load_config({.file = directory / kConfigFile});
  for (const Mistake& mistake : config.mistakes) UNSCOPED_INFO(mistake_text(mistake));
  CHECK(config.mistakes.empty());

  CHECK(mode_of(directory) == 0700);
  CHECK(mode_of(directory / kValidatorKeyFile) == 0600);
  CHECK(mode_of(directory / kGovernanceKeyFile) == 0600);
  CHECK(mode_of(directory / kDataDirectory) == 0700);
  CHECK(entries(temporary.path()) == 1);

  const auto key = crypto::open_key_file(read_text(directory / kValidatorKeyFile), "");
  REQUIRE(key.has_value());
  CHECK(key->kind == crypto::KeyKind::validator);
  CHECK(key->address == made->validator);

  const auto journal =
      ledger::Journal::open(directory / kDataDirectory / kJournalDirectory, made->chain_id);
  REQUIRE(journal.has_value());
  CHECK(journal->entries.empty());
}

TEST_CASE("two inits make two chains") {
  const TemporaryDirectory temporary;
  const auto one = initialize_node(options_for(temporary.path() / "one"));
  const auto two = initialize_node(options_for(temporary.path() / "two"));
  REQUIRE(one.has_value());
  REQUIRE(two.has_value());
  CHECK(one->chain_id != two->chain_id);
}

TEST_CASE("a passphrase seals both keys") {
  const TemporaryDirectory temporary;
  InitOptions options = options_for(temporary.path() / "node");
  options.passphrase = crypto::SecretBytes::copy_of("correct horse");
  REQUIRE(initialize_node(options).has_value());
  for (const auto name : {kValidatorKeyFile, kGovernanceKeyFile}) {
    const std::string text = read_text(options.directory / name);
    CHECK(crypto::inspect_key_file(text)->sealed);
    CHECK(crypto::open_key_file(text, "wrong").error().code == Code::bad_passphrase);
  }
  CHECK(crypto::open_key_file(read_text(options.directory / kValidatorKeyFile), "correct horse")
            .has_value());
}

TEST_CASE("an existing empty directory is taken") {
  const TemporaryDirectory temporary;
  fs::create_directory(temporary.path() / "node");
  CHECK(initialize_node(options_for(temporary.path() / "node")).has_value());
}

TEST_CASE("a directory with content is refused and left as it is") {
  const TemporaryDirectory temporary;
  const fs::path directory = temporary.path() / "node";
  fs::create_directory(directory);
  std::ofstream(directory / "precious") << "do not touch";
  const auto made = initialize_node(options_for(directory));
  REQUIRE_FALSE(made.has_value());
  CHECK(made.error().code == Code::file_exists);
  CHECK(read_text(directory / "precious") == "do not touch");
  CHECK(entries(directory) == 1);
  CHECK(entries(temporary.path()) == 1);
}

TEST_CASE("a second init of the same directory is refused and keeps the first's keys") {
  const TemporaryDirectory temporary;
  const fs::path directory = temporary.path() / "node";
  REQUIRE(initialize_node(options_for(directory)).has_value());
  const std::string key = read_text(directory / kValidatorKeyFile);
  CHECK(initialize_node(options_for(directory)).error().code == Code::file_exists);
  CHECK(read_text(directory / kValidatorKeyFile) == key);
}

TEST_CASE("a file in the directory's place is refused") {
  const TemporaryDirectory temporary;
  std::ofstream(temporary.path() / "node") << "a file";
  CHECK(initialize_node(options_for(temporary.path() / "node")).error().code == Code::file_exists);
}

TEST_CASE("a failure leaves nothing behind") {
  const TemporaryDirectory temporary;
  const fs::path directory = temporary.path() / "node";

  SECTION("a genesis that would be refused") {
    InitOptions options = options_for(directory);
    options.institutions = {
        {.address = {}, .name = "same", .kind = "hospital", .data_source_url = ""},
        {.address = {}, .name = "same", .kind = "hospital", .data_source_url = ""}};
    CHECK(initialize_node(options).error().code == Code::bad_genesis);
  }
  SECTION("an address that no node can listen on") {
    InitOptions options = options_for(directory);
    options.rpc_address = "somewhere:80";
    const auto made = initialize_node(options);
    CHECK(made.error().code == Code::bad_config);
    CHECK(made.error().message.find("an IP address and a port") != std::string::npos);
  }
  SECTION("a parent that is not there") {
    CHECK(initialize_node(options_for(temporary.path() / "missing" / "node")).error().code ==
          Code::io_error);
  }
  CHECK(entries(temporary.path()) == 0);
}

TEST_CASE("init of a network: a directory for each node, one genesis file, addresses that match") {
  const TemporaryDirectory temporary;
  InitNetworkOptions options{.common = options_for(temporary.path() / "network")};
  options.common.rpc_address = "127.0.0.1:9000";
  options.validators = 4;
  options.observers = 1;
  const auto made = initialize_network(options);
  REQUIRE(made.has_value());
  REQUIRE(made->nodes.size() == 5);
  CHECK(made->nodes[3].name == "validator-4");
  CHECK(made->nodes[4].name == "observer-1");
  CHECK(made->nodes[1].rpc_address == "127.0.0.1:9002");
  for (const auto& node : made->nodes) {
    INFO(node.name);
    const fs::path directory = options.common.directory / node.name;
    const auto genesis = parse_genesis(read_text(directory / kGenesisFile));
    REQUIRE(genesis.has_value());
    CHECK(chain_id(*genesis) == made->chain_id);
    CHECK(genesis->validators.size() == 4);
    CHECK(mode_of(directory / kValidatorKeyFile) == 0600);
    CHECK(fs::exists(directory / kGovernanceKeyFile) == (node.role == PeerRole::validator));
    const LoadedConfig loaded = load_config({.file = directory / kConfigFile});
    REQUIRE(loaded.mistakes.empty());
    CHECK(loaded.config.p2p.peers.size() == 4);
    for (const P2pPeer& peer : loaded.config.p2p.peers) {
      const auto other = std::ranges::find(made->nodes, peer.key, &InitNetworkResult::Node::key);
      REQUIRE(other != made->nodes.end());
      CHECK(other->role == peer.role);
      const auto place = static_cast<std::uint16_t>(other - made->nodes.begin());
      CHECK(peer.port == 9001 + 2 * place);
    }
  }
  CHECK(initialize_network(options).error().code == Code::file_exists);
  options.common.directory = temporary.path() / "other";
  options.common.rpc_address = "127.0.0.1:65530";
  CHECK(initialize_network(options).error().code == Code::bad_config);
  CHECK_FALSE(fs::exists(options.common.directory));
}

}  // namespace
}  // namespace generion::node
