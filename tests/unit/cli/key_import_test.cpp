#include "base/hex.h"
#include "cli_fixture.h"
#include "types/address.h"

namespace generion::cli {
namespace {

TEST_CASE("a seed becomes a key file, once") {
  Chain cli;
  cli.file("seed", kSeed);
  CHECK(cli({"--json", "keys", "import", cli.path("seed"), "--out", cli.path("a.key"),
             "--plain"}) == 0);
  const auto address = parse_address(cli.json().at("address").as_string());
  REQUIRE(address.has_value());
  // RFC 8032, section 7.1, test 1.
  CHECK(to_hex(*address) == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
  CHECK(cli({"keys", "import", cli.path("seed"), "--out", cli.path("a.key"), "--plain"}) == 4);
  cli.file("short", kSeed.substr(2));
  CHECK(cli({"keys", "import", cli.path("short"), "--out", cli.path("b.key"), "--plain"}) == 1);
  cli.file("open", kSeed, 0644);
  CHECK(cli({"keys", "import", cli.path("open"), "--out", cli.path("b.key"), "--plain"}) == 4);
  CHECK_FALSE(std::filesystem::exists(cli.path("b.key")));
}

}  // namespace
}  // namespace generion::cli
