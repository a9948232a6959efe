#include "cli/run.h"

#include "cli_fixture.h"

namespace generion::cli {
namespace {

const boost::json::object kStatus{{"chain_id", std::string(64, 'a')},
                                  {"chain_name", "test"},
                                  {"version", "0.1.0"},
                                  {"role", "validator"},
                                  {"epoch", 0},
                                  {"view", 0},
                                  {"height", 12},
                                  {"sealed_height", 11},
                                  {"block_hash", std::string(64, 'b')},
                                  {"block_time_ms", 1'700'000'000'000},
                                  {"time_ms", 1'700'000'000'000},
                                  {"mempool", 0},
                                  {"validators", 1},
                                  {"quorum", 1},
                                  {"ready", true}};

TEST_CASE("help and version") {
  Cli cli;
  CHECK(cli({"--help"}) == 0);
  for (const char* command :
       {"init", "keys", "record", "tx", "query", "verify-proof", "completion"}) {
    CHECK(cli.out.find(command) != std::string::npos);
  }
  CHECK(cli.err.empty());
  CHECK(cli({"record", "import", "--help"}) == 0);
  CHECK(cli.out.find("--patients") != std::string::npos);
  CHECK(cli({"--version"}) == 0);
  CHECK(cli.out.starts_with("generion "));
}

TEST_CASE("mistakes in the command line are usage errors in two lines") {
  Cli cli;
  CHECK(cli({}) == 2);
  CHECK(cli.out.empty());
  CHECK(cli({"recrod", "list"}) == 2);
  CHECK(cli.err.find("did you mean record?") != std::string::npos);
  CHECK(cli({"record", "lsit"}) == 2);
  CHECK(cli.err.find("did you mean list?") != std::string::npos);
  CHECK(cli({"record", "list", "--jsn"}) == 2);
  CHECK(cli.err.find("did you mean --json?") != std::string::npos);
  CHECK(cli({"record", "show"}) == 2);
  CHECK(cli.err.find("ID") != std::string::npos);
  CHECK(cli({"record", "show", "seven"}) == 2);
  CHECK(cli({"node", "status", "--passphrase-fd", "3", "--passphrase-file", "x"}) == 2);
  CHECK(std::count(cli.err.begin(), cli.err.end(), '\n') == 2);
}

TEST_CASE("no option takes a secret itself") {
  Cli cli;
  CHECK(cli({"keys", "new", "--passphrase", "secret"}) == 2);
  CHECK(cli({"keys", "restore", "--phrase", "abandon"}) == 2);
  CHECK(cli({"keys", "restore", "abandon", "abandon"}) == 2);
}

TEST_CASE("errors are JSON with --json, wherever it stands") {
  Cli cli;
  CHECK(cli({"--json", "record", "lsit"}) == 2);
  CHECK(cli.json().at("error").at("code") == "USAGE");
  CHECK(cli.err.empty());
  CHECK(cli({"query", "getNothing", "--json"}) == 2);
  CHECK(cli.json().at("error").at("code") == "UNKNOWN_METHOD");
  CHECK_FALSE(cli.json().at("error").at("message").as_string().empty());
}

TEST_CASE("a node that does not answer is exit code 3, with what to check") {
  Cli cli;
  cli.node.methods["getStatus"] = [](const auto&) { return fail(Code::unreachable, "no answer"); };
  CHECK(cli({"node", "status"}) == 3);
  CHECK(cli.err.find("generion: no answer\n") == 0);
  CHECK(cli.err.find("GENERION_NODE") != std::string::npos);
}

TEST_CASE("the node's address comes from the flag, then the variable, then the default") {
  Cli cli;
  cli.node.methods["getStatus"] = [](const auto&) { return kStatus; };
  CHECK(cli({"node", "status"}) == 0);
  CHECK(cli.node.url == "http://127.0.0.1:8564");
  cli.streams.environment["GENERION_NODE"] = "http://127.0.0.1:1";
  CHECK(cli({"node", "status"}) == 0);
  CHECK(cli.node.url == "http://127.0.0.1:1");
  CHECK(cli({"node", "status", "--node", "http://127.0.0.1:2"}) == 0);
  CHECK(cli.node.url == "http://127.0.0.1:2");
}

TEST_CASE("status for people, for scripts, and of a node that is not ready") {
  Cli cli;
  cli.node.methods["getStatus"] = [](const auto&) { return kStatus; };
  CHECK(cli({"node", "status"}) == 0);
  CHECK(cli.out.find("is ready") != std::string::npos);
  CHECK(cli.out.find("aaaa aaaa") != std::string::npos);
  CHECK(cli.out.find('\x1b') == std::string::npos);
  CHECK(cli({"--json", "node", "status"}) == 0);
  CHECK(cli.json().at("height") == 12);
  cli.node.methods["getStatus"] = [](const auto&) {
    boost::json::object out = kStatus;
    out["ready"] = false;
    return out;
  };
  CHECK(cli({"node", "status"}) == 6);
}

TEST_CASE("colours only on a terminal that wants them") {
  Cli cli;
  cli.node.methods["getStatus"] = [](const auto&) { return kStatus; };
  cli.streams.out_is_terminal = true;
  CHECK(cli({"node", "status"}) == 0);
  CHECK(cli.out.find("\x1b[32m") != std::string::npos);
  CHECK(cli({"node", "status", "--no-color"}) == 0);
  CHECK(cli.out.find('\x1b') == std::string::npos);
  cli.streams.environment["NO_COLOR"] = "1";
  CHECK(cli({"node", "status"}) == 0);
  CHECK(cli.out.find('\x1b') == std::string::npos);
}

TEST_CASE("query passes numbers, booleans, text and exact JSON") {
  Cli cli;
  cli.node.methods["getX"] = [](const auto&) { return boost::json::object{{"name", "\x1b[31m"}}; };
  CHECK(cli({"query", "getX", "record_id=7", "proof=true", "record=1:2:3", "hex=007",
             "list:=[1]"}) == 0);
  const auto& params = cli.node.asked.at(0).params;
  CHECK(params.at("record_id") == 7);
  CHECK(params.at("proof") == true);
  CHECK(params.at("record") == "1:2:3");
  CHECK(params.at("hex") == "007");
  CHECK(params.at("list").is_array());
  CHECK(cli.out == "name  \\x1b[31m\n");

  CHECK(cli({"query", "getX", "record_id"}) == 2);
  CHECK(cli({"query", "getX", "a=1", "a=2"}) == 2);
  CHECK(cli({"query", "getX", "a:=["}) == 2);
}

TEST_CASE("lists follow the cursor and stop at the limit") {
  Cli cli;
  cli.node.methods["getInstitutionList"] = [](const boost::json::object& params) {
    const bool first = !params.contains("cursor");
    boost::json::object page{{"items", {{{"name", first ? "Łódź" : "山田"}, {"kind", "hospital"}}}},
                             {"height", 5}};
    if (first) page["cursor"] = "next";
    return page;
  };
  CHECK(cli({"institution", "list"}) == 0);
  CHECK(cli.node.asked.size() == 2);
  CHECK(cli.node.asked.at(1).params.at("cursor") == "next");
  CHECK(cli.out.find("Łódź  hospital") != std::string::npos);
  CHECK(cli.out.find("山田  hospital") != std::string::npos);
  CHECK(cli({"institution", "list", "--limit", "1"}) == 0);
  CHECK(cli.out.find("There are more") != std::string::npos);
  CHECK(cli({"institution", "list", "--limit", "0"}) == 2);
}

TEST_CASE("an answer that is no page is told, not shown") {
  Cli cli;
  cli.node.methods["getUserList"] = [](const auto&) { return boost::json::value("hello"); };
  CHECK(cli({"user", "list"}) == 1);
  CHECK(cli.err.find("is it a generiond?") != std::string::npos);
}

TEST_CASE("a mistyped address is refused before the node is asked") {
  Cli cli;
  CHECK(cli({"user", "show", "gen1qqqq"}) == 1);
  CHECK(cli({"record", "list", "bc1qqqq"}) == 1);
  CHECK(cli.node.asked.empty());
}

TEST_CASE("transaction ids: refused if mistyped, waited for until the time is over") {
  Cli cli;
  CHECK(cli({"tx", "show", "xyz"}) == 2);
  const std::string id(64, 'c');
  cli.node.methods["getTransaction"] = [&id](const auto&) {
    return boost::json::object{{"tx_id", id}, {"state", "accepted"}, {"sealed", false}};
  };
  CHECK(cli({"tx", "wait", id, "--timeout", "2"}) == 3);
  CHECK(cli.node.asked.size() > 5);
}

TEST_CASE("a transaction that is sent but in no block yet is waited for") {
  Cli cli;
  const std::string id = "018bcfe56800" + std::string(52, 'c');  // valid until 2023-11-14 22:13:20
  std::size_t asks_until_known = 3;
  cli.node.methods["getTransaction"] = [&](const auto&) {
    const bool known = asks_until_known == 0;
    if (!known) --asks_until_known;
    return known ? boost::json::object{{"tx_id", id},
                                       {"state", "executed"},
                                       {"height", 5},
                                       {"sealed", true}}
                 : boost::json::object{{"tx_id", id}, {"state", "unknown"}};
  };
  CHECK(cli({"tx", "wait", id, "--timeout", "2"}) == 0);
  asks_until_known = 1'000;
  CHECK(cli({"tx", "wait", id, "--timeout", "2"}) == 7);
  CHECK(cli.err.find("until 2023-11-14 22:13:20 UTC") != std::string::npos);
}

TEST_CASE("completion knows every command and option") {
  Cli cli;
  CHECK(cli({"completion", "bash"}) == 0);
  CHECK(cli.out.find("'record') words='") != std::string::npos);
  CHECK(cli.out.find("--passphrase-file") != std::string::npos);
  CHECK(cli.out.find("complete -o default -F _generion generion") != std::string::npos);
  CHECK(cli({"completion", "tcsh"}) == 2);
}

}  // namespace
}  // namespace generion::cli
