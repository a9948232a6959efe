#include "node/config.h"

#include <sys/stat.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace generion::node {
namespace {

namespace fs = std::filesystem;

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string pattern = (fs::temp_directory_path() / "generion-config-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~TemporaryDirectory() { fs::remove_all(path_); }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

fs::path write_file(const fs::path& path, std::string_view content, mode_t mode = 0644) {
  std::ofstream(path) << content;
  ::chmod(path.c_str(), mode);
  return path;
}

// A directory in which the default files are all there, and a configuration of the given text.
class Fixture {
 public:
  explicit Fixture(std::string_view toml) {
    file_ = write_file(directory_.path() / "generiond.toml", toml);
    fs::create_directory(directory_.path() / "data");
    write_file(directory_.path() / "genesis.json", "{}");
    write_file(directory_.path() / "validator.key", "key", 0600);
  }

  LoadedConfig load(std::map<std::string, std::string> environment = {},
                    std::vector<std::pair<std::string, std::string>> settings = {}) const {
    return load_config(
        {.file = file_, .environment = std::move(environment), .settings = std::move(settings)});
  }

  // The mistakes as "line key: message".
  std::vector<std::string> mistakes() const {
    std::vector<std::string> out;
    for (const Mistake& mistake : load().mistakes) {
      CHECK(mistake.origin == file_.string());
      out.push_back(std::to_string(mistake.line) + " " + mistake.key + ": " + mistake.message);
    }
    return out;
  }

  fs::path path(std::string_view name) const { return directory_.path() / name; }

 private:
  TemporaryDirectory directory_;
  fs::path file_;
};

std::string shipped_file() {
  std::ifstream in(std::string(GENERION_SOURCE) + "/configs/generiond.toml");
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

TEST_CASE("an empty file gives the defaults, with paths beside the file") {
  const Fixture fixture("");
  const LoadedConfig loaded = fixture.load();
  REQUIRE(loaded.mistakes.empty());
  CHECK(loaded.config.data_dir == fixture.path("data"));
  CHECK(loaded.config.key_file == fixture.path("validator.key"));
  CHECK(loaded.config.passphrase.file.empty());
  REQUIRE(loaded.config.rpc.listeners.size() == 1);
  CHECK(loaded.config.rpc.listeners[0].host == "127.0.0.1");
  CHECK(loaded.config.rpc.listeners[0].port == 8564);
  CHECK(loaded.config.rpc.listeners[0].access == RpcAccess::open);
}

TEST_CASE("the shipped file has every key and the defaults") {
  const std::string text = shipped_file();
  REQUIRE(text.size() > 1000);
  const Fixture shipped(text);
  const Fixture empty("");
  const LoadedConfig a = shipped.load();
  const LoadedConfig b = empty.load();
  for (const Mistake& mistake : a.mistakes) UNSCOPED_INFO(mistake_text(mistake));
  REQUIRE(a.mistakes.empty());
  CHECK(a.config.rpc.hosts == b.config.rpc.hosts);
  CHECK(a.config.rpc.body_bytes_max == b.config.rpc.body_bytes_max);
  CHECK(a.config.rpc.waiters_max == b.config.rpc.waiters_max);
  CHECK(a.config.rpc.requests_per_second == b.config.rpc.requests_per_second);
  CHECK(a.config.mempool.bytes_max == b.config.mempool.bytes_max);
  CHECK(a.config.mempool.per_sender_max == b.config.mempool.per_sender_max);
  CHECK(a.config.ledger.cache_mib == b.config.ledger.cache_mib);
  CHECK(a.config.ledger.flush_transactions == b.config.ledger.flush_transactions);
  CHECK(a.config.ledger.flush_ms == b.config.ledger.flush_ms);
  CHECK(a.config.consensus.view_timeout_max_ms == b.config.consensus.view_timeout_max_ms);
  CHECK(a.config.log.level == b.config.log.level);
  for (const std::string& key : config_keys()) {
    const std::string name = key.substr(key.rfind('.') + 1);
    INFO(key);
    CHECK((text.find("\n" + name + " = ") != std::string::npos ||
           text.find("\n#" + name + " = ") != std::string::npos));
  }
}

TEST_CASE("each mistake is named with its line and what is allowed") {
  const Fixture fixture(R"(verify_threads = 1000
admin_socket = 7
[rpc]
batch_max = 0
body_bytes_max = "much"
hosts = "localhost"
threads = 1.5
[log]
level = "loud"
json = "yes"
)");
  const auto mistakes = fixture.mistakes();
  REQUIRE(mistakes.size() == 8);
  CHECK(mistakes[0] == "1 verify_threads: is 1000; wanted: a whole number from 0 to 256");
  CHECK(mistakes[1] == "2 admin_socket: is 7; wanted: a path in double quotes");
  CHECK(mistakes[2] == "4 rpc.batch_max: is 0; wanted: a whole number from 1 to 10000");
  CHECK(
      mistakes[3] ==
      "5 rpc.body_bytes_max: is the text \"much\"; wanted: a whole number from 65536 to 268435456");
  CHECK(mistakes[4] ==
        "6 rpc.hosts: is the text \"localhost\"; wanted: a list of at most 1000 texts, such as "
        "[\"a\", \"b\"]");
  CHECK(mistakes[5] ==
        "7 rpc.threads: is a number with a fraction; wanted: a whole number from 1 to 64");
  CHECK(mistakes[6] ==
        "9 log.level: is the text \"loud\"; wanted: one of \"trace\", \"debug\", \"info\", "
        "\"warn\", \"error\"");
  CHECK(mistakes[7] == "10 log.json: is the text \"yes\"; wanted: true or false");
}

TEST_CASE("the ends of a range are allowed, what lies beyond is not") {
  CHECK(Fixture("[rpc]\nbatch_max = 1\n").mistakes().empty());
  CHECK(Fixture("[rpc]\nbatch_max = 10000\n").mistakes().empty());
  CHECK(Fixture("[rpc]\nbatch_max = 10001\n").mistakes().size() == 1);
  CHECK(Fixture("[rpc]\nbatch_max = -1\n").mistakes().size() == 1);
}

TEST_CASE("unknown keys are named with the nearest known one") {
  const Fixture fixture(R"(data_dri = "data"
[rpc]
batch_maxx = 3
[[rpc.listener]]
adress = "127.0.0.1:1"
[quantum]
entangled = true
)");
  const auto mistakes = fixture.mistakes();
  REQUIRE(mistakes.size() == 4);
  CHECK(mistakes[0] == "1 data_dri: is not known; did you mean data_dir?");
  CHECK(mistakes[1] == "3 rpc.batch_maxx: is not known; did you mean rpc.batch_max?");
  CHECK(mistakes[2] == "5 rpc.listener.0.adress: is not known; did you mean rpc.listener.address?");
  CHECK(mistakes[3] == "6 quantum: is not known; configs/generiond.toml has every key");
}

TEST_CASE("a key where a section should stand is a mistake") {
  const auto mistakes = Fixture("rpc = 3\n").mistakes();
  REQUIRE(mistakes.size() == 1);
  CHECK(mistakes[0] == "1 rpc: is 3; wanted: a section [rpc]");
}

TEST_CASE("what is no TOML is told with its line") {
  const auto mistakes = Fixture("data_dir = \"data\"\n[rpc\nbatch_max = 3\n").mistakes();
  REQUIRE(mistakes.size() == 1);
  CHECK(mistakes[0].starts_with("2 : is not TOML here: "));
}

TEST_CASE("a configuration file that cannot be read is a mistake, not the defaults") {
  const LoadedConfig loaded =
      load_config({.file = "/nonexistent/generiond.toml", .checks = FileChecks::none});
  REQUIRE(loaded.mistakes.size() == 1);
  CHECK(loaded.mistakes[0].origin == "/nonexistent/generiond.toml");
}

TEST_CASE("files must be there, and secrets private") {
  const Fixture fixture("genesis = \"other.json\"\nkey_file = \"open.key\"\n");
  write_file(fixture.path("open.key"), "key", 0644);
  const auto mistakes = fixture.mistakes();
  REQUIRE(mistakes.size() == 2);
  CHECK(mistakes[0].starts_with("1 genesis: "));
  CHECK(mistakes[0].find("cannot be read") != std::string::npos);
  CHECK(mistakes[1].starts_with("2 key_file: "));
  CHECK(mistakes[1].find("chmod") != std::string::npos);
}

TEST_CASE("beyond loopback TLS and access must be given") {
  const auto mistakes = Fixture("[[rpc.listener]]\naddress = \"0.0.0.0:8564\"\n").mistakes();
  REQUIRE(mistakes.size() == 2);
  CHECK(mistakes[1].find("would serve plain HTTP") != std::string::npos);
  CHECK(mistakes[0].find("rpc.listener.0.access: must be given") != std::string::npos);
}

TEST_CASE("listeners: addresses, and keys that need each other") {
  const auto expect = [](std::string_view toml, std::string_view part) {
    INFO(toml);
    const auto mistakes = Fixture(toml).mistakes();
    REQUIRE(mistakes.size() == 1);
    CHECK(mistakes[0].find(part) != std::string::npos);
  };
  for (const std::string_view bad :
       {"localhost:80", "127.0.0.1", "127.0.0.1:70000", "::1:80", "127.0.0.1:x"}) {
    expect("[[rpc.listener]]\naddress = \"" + std::string(bad) + "\"\n",
           "an IP address and a port");
  }
  expect("[[rpc.listener]]\naccess = \"token\"\n", "token_file: is missing");
  expect("[[rpc.listener]]\naccess = \"client_certificate\"\n", "client_ca: is missing");
  expect("[[rpc.listener]]\ntls_key = \"validator.key\"\n",
         "needs both tls_certificate and tls_key");

  const Fixture two("[[rpc.listener]]\naddress = \"[::1]:0\"\n[[rpc.listener]]\nmetrics = true\n");
  const LoadedConfig loaded = two.load();
  REQUIRE(loaded.mistakes.empty());
  REQUIRE(loaded.config.rpc.listeners.size() == 2);
  CHECK(loaded.config.rpc.listeners[0].host == "::1");
  CHECK(loaded.config.rpc.listeners[0].port == 0);
  CHECK_FALSE(loaded.config.rpc.listeners[0].metrics);
  CHECK(loaded.config.rpc.listeners[1].metrics);
}

TEST_CASE("at most one source of the passphrase") {
  CHECK(Fixture("passphrase_fd = 3\n").load().config.passphrase.fd == 3u);
  CHECK(Fixture("passphrase_fd = 3\npassphrase_credential = \"a\"\n").mistakes().size() == 1);
  CHECK(Fixture("passphrase_credential = \"../a\"\n").mistakes().size() == 1);
  CHECK(Fixture("passphrase_fd = 1\n").mistakes().size() == 1);
}

TEST_CASE("values that contradict each other") {
  CHECK(Fixture("[consensus]\nview_timeout_ms = 5000\nview_timeout_max_ms = 4000\n")
            .mistakes()
            .at(0)
            .starts_with(
                "3 consensus.view_timeout_max_ms: is 4000, less than view_timeout_ms (5000)"));
  CHECK(Fixture("[rpc]\nconnections_max = 10\n").mistakes().size() == 1);
}

TEST_CASE("variables override the file, --set overrides both") {
  const Fixture fixture("[rpc]\nbatch_max = 10\n[[rpc.listener]]\naddress = \"127.0.0.1:1\"\n");
  const std::map<std::string, std::string> variables{
      {"GENERION_RPC_BATCH_MAX", "20"},
      {"GENERION_LOG_JSON", "true"},
      {"GENERION_RPC_CORS", "https://a.example,https://b.example"},
      {"GENERION_RPC_LISTENER_0_ADDRESS", "127.0.0.1:2"},
      {"GENERION_RPC_LISTENER_1_ADDRESS", "127.0.0.1:3"},
      {"GENERION_NODE", "http://127.0.0.1:1"},
      {"PATH", "/bin"}};
  const LoadedConfig by_variable = fixture.load(variables);
  REQUIRE(by_variable.mistakes.empty());
  CHECK(by_variable.config.rpc.batch_max == 20);
  CHECK(by_variable.config.log.json);
  CHECK(by_variable.config.rpc.cors ==
        std::vector<std::string>{"https://a.example", "https://b.example"});
  REQUIRE(by_variable.config.rpc.listeners.size() == 2);
  CHECK(by_variable.config.rpc.listeners[0].port == 2);
  CHECK(by_variable.config.rpc.listeners[1].port == 3);

  const LoadedConfig by_setting =
      fixture.load(variables, {{"rpc.batch_max", "30"}, {"rpc.batch_max", "40"}});
  REQUIRE(by_setting.mistakes.empty());
  CHECK(by_setting.config.rpc.batch_max == 40);
}

TEST_CASE("a mistake in a variable or a setting names it") {
  const Fixture fixture("");
  const auto bad_value = fixture.load({{"GENERION_RPC_BATCH_MAX", "many"}}).mistakes;
  REQUIRE(bad_value.size() == 1);
  CHECK(bad_value[0].origin == "GENERION_RPC_BATCH_MAX");
  CHECK(bad_value[0].line == 0);
  CHECK(bad_value[0].message == "is \"many\"; wanted: a whole number from 1 to 10000");

  const auto unknown = fixture.load({{"GENERION_RPC_BATCH_MAXX", "1"}}).mistakes;
  REQUIRE(unknown.size() == 1);
  CHECK(unknown[0].message == "is not known; did you mean GENERION_RPC_BATCH_MAX?");

  const auto setting = fixture.load({}, {{"log.levle", "info"}}).mistakes;
  REQUIRE(setting.size() == 1);
  CHECK(setting[0].origin == "--set log.levle");
  CHECK(setting[0].message == "is not known; did you mean log.level?");
}

TEST_CASE("the text of a mistake") {
  CHECK(mistake_text({.origin = "a.toml", .line = 3, .key = "rpc.threads", .message = "is 0"}) ==
        "a.toml:3: rpc.threads: is 0");
  CHECK(mistake_text({.origin = "a.toml", .message = "cannot be read"}) ==
        "a.toml: cannot be read");
  CHECK(mistake_text({.origin = "GENERION_X", .key = "GENERION_X", .message = "is not known"}) ==
        "GENERION_X: is not known");
  CHECK(mistake_text({.origin = "--set rpc.x", .key = "rpc.x", .message = "is not known"}) ==
        "--set rpc.x: is not known");
}

}  // namespace
}  // namespace generion::node
