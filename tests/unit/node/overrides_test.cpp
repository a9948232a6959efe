#include "node/overrides.h"

#include <catch2/catch.hpp>

namespace generion::node {
namespace {

TEST_CASE("the nearest name is the one with the fewest typing errors") {
  const std::vector<std::string> known{"list", "show", "verify", "batch_max"};
  CHECK(nearest("list", known) == "list");
  CHECK(nearest("lsit", known) == "list");     // exchanged neighbours are one error
  CHECK(nearest("vrify", known) == "verify");  // left out
  CHECK(nearest("verifyy", known) == "verify");
  CHECK(nearest("batch-max", known) == "batch_max");
  CHECK_FALSE(nearest("ls", known).has_value());
  CHECK_FALSE(nearest("", known).has_value());
  CHECK_FALSE(nearest("quantum", known).has_value());
  CHECK_FALSE(nearest("list", {}).has_value());
}

TEST_CASE("a key's variable") {
  CHECK(variable_name("rpc.batch_max") == "GENERION_RPC_BATCH_MAX");
  CHECK(variable_name("rpc.listener.0.address") == "GENERION_RPC_LISTENER_0_ADDRESS");
}

}  // namespace
}  // namespace generion::node
