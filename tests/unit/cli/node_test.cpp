#include "cli_fixture.h"

namespace generion::cli {
namespace {

using boost::json::object;

object status_of(bool is_ready) {
  return {{"chain_id", std::string(64, 'a')},
          {"chain_name", "test"},
          {"version", "0.1.0"},
          {"role", "validator"},
          {"height", 12},
          {"sealed_height", 11},
          {"block_time_ms", 1'700'000'000'000},
          {"time_ms", 1'700'000'000'000},
          {"ready", is_ready}};
}

object health_of(const boost::json::array& reasons) {
  return {{"reasons", reasons}, {"epoch", 1},    {"view", 3},       {"primary", "gen1primary"},
          {"lag", 5},           {"mempool", 40}, {"validators", 4}, {"validators_connected", 2},
          {"quorum", 3}};
}

const boost::json::array kNoQuorum{
    object{{"code", "NO_QUORUM"}, {"what", "too few \x1b[31m"}, {"do", "start them"}}};

TEST_CASE("node status tells what is wrong and what to do") {
  Cli cli;
  cli.node.methods["getStatus"] = [](const auto&) { return status_of(true); };
  cli.node.methods["getHealth"] = [](const auto&) { return health_of(kNoQuorum); };
  CHECK(cli({"node", "status"}) == 0);
  CHECK(cli.out.find("is ready, not well\n") != std::string::npos);
  CHECK(cli.out.find("2 of 4 connected, 3 needed") != std::string::npos);
  CHECK(cli.out.find("1, 3") != std::string::npos);
  CHECK(cli.out.find("gen1primary") != std::string::npos);
  CHECK(cli.out.find("NO_QUORUM: too few \\x1b[31m\n  do: start them\n") != std::string::npos);
  CHECK(cli({"--json", "node", "status"}) == 0);
  CHECK(cli.json().at("height") == 12);
  CHECK(cli.json().at("health").at("lag") == 5);
  cli.node.methods["getHealth"] = [](const auto&) { return health_of({}); };
  CHECK(cli({"node", "status"}) == 0);
  CHECK(cli.out.find("is ready\n") != std::string::npos);
}

TEST_CASE("a node that does not tell its health to this caller still tells its status") {
  Cli cli;
  cli.node.methods["getStatus"] = [](const auto&) { return status_of(true); };
  cli.node.methods["getHealth"] = [](const auto&) { return fail(Code::forbidden, "not here"); };
  CHECK(cli({"node", "status"}) == 0);
  CHECK(cli.out.find("is ready\n") != std::string::npos);
  CHECK(cli.out.find("needed") == std::string::npos);
  cli.node.methods["getHealth"] = [](const auto&) { return fail(Code::unreachable, "gone"); };
  CHECK(cli({"node", "status"}) == 3);
}

TEST_CASE("several nodes are a table, with those that do not answer") {
  Cli cli;
  cli.node.methods["getStatus"] = [&](const auto&) -> Result<boost::json::value> {
    if (cli.node.url == "unix:/c") return fail(Code::unreachable, "nobody is there");
    return status_of(cli.node.url != "http://b");
  };
  cli.node.methods["getHealth"] = [&](const auto&) {
    return health_of(cli.node.url == "http://b" ? kNoQuorum : boost::json::array());
  };
  CHECK(cli({"node", "status", "http://a", "http://b", "unix:/c"}) == 6);
  CHECK(cli.out.find("NODE      ROLE       HEIGHT  SEALED  BEHIND") == 0);
  CHECK(cli.out.find("http://b  validator      12      11       5      1     3         2/4       40"
                     "  not ready  NO_QUORUM\n") != std::string::npos);
  CHECK(cli.out.find("unix:/c   -") != std::string::npos);
  CHECK(cli.out.find("unix:/c: nobody is there\n") != std::string::npos);
  CHECK(cli.out.find("\nhttp://b\nNO_QUORUM: too few") != std::string::npos);
  CHECK(cli({"--json", "node", "status", "http://a", "unix:/c"}) == 6);
  CHECK(cli.json().at(0).at("health").at("view") == 3);
  CHECK(cli.json().at(1).at("error").at("code") == "UNREACHABLE");
  CHECK(cli({"node", "status", "http://a", "http://a"}) == 0);
}

}  // namespace
}  // namespace generion::cli
