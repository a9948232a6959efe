#include "cli/run.h"
#include "cli_fixture.h"

namespace generion::cli {
namespace {

TEST_CASE("generiond refuses a wrong configuration with every mistake") {
  Cli cli;
  int served = 0;
  const auto serve = [&served](const node::Config&) -> Result<void> {
    ++served;
    return {};
  };
  const std::string bad = cli.file("bad.toml", "[rpc]\nbatch_max = 0\nthreads = 0\n");
  CHECK(cli.daemon({"--config", bad, "--check-config"}, serve) == 4);
  CHECK(cli.err.find("bad.toml:2: rpc.batch_max: is 0") != std::string::npos);
  CHECK(cli.err.find("bad.toml:3: rpc.threads: is 0") != std::string::npos);
  CHECK(cli.daemon({"--config", bad}, serve) == 4);
  CHECK(cli.daemon({"--config", cli.path("missing.toml")}, serve) == 2);
  CHECK(cli.daemon({"--set", "nothing"}, serve) == 2);
  CHECK(served == 0);
}

TEST_CASE("generiond serves what init made, and ends as serving ended") {
  Cli cli;
  REQUIRE(cli({"init", "--dir", cli.path("node"), "--plain-keys"}) == 0);
  const std::string config = cli.path("node/generiond.toml");
  std::uint64_t batch_max = 0;
  const auto serve = [&batch_max](const node::Config& given) -> Result<void> {
    batch_max = given.rpc.batch_max;
    return {};
  };
  CHECK(cli.daemon({"--config", config, "--check-config"}, serve) == 0);
  CHECK(batch_max == 0);
  CHECK(cli.daemon({"--config", config, "--set", "rpc.batch_max=77"}, serve) == 0);
  CHECK(batch_max == 77);
  const auto port_in_use = [](const node::Config&) -> Result<void> {
    return fail(Code::port_in_use, "127.0.0.1:8564 is in use");
  };
  CHECK(cli.daemon({"--config", config}, port_in_use) == 4);
  CHECK(cli.err.find("127.0.0.1:8564 is in use") != std::string::npos);
  CHECK(cli.daemon({"--version"}, serve) == 0);
}

}  // namespace
}  // namespace generion::cli
