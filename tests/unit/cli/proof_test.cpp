#include "cli_fixture.h"

namespace generion::cli {
namespace {

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

}  // namespace
}  // namespace generion::cli
