#include "cli_fixture.h"

namespace generion::cli {
namespace {

TEST_CASE("deleting asks first") {
  Chain cli;
  cli.lines = {"no"};
  CHECK(cli({"record", "delete", "7"}) == 9);
  CHECK(cli.node.asked.empty());
  CHECK(cli({"record", "delete", "7"}) == 2);  // no terminal to ask on
}

}  // namespace
}  // namespace generion::cli
