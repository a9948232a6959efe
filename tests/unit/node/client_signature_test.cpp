#include "node/client_signature.h"

#include <catch2/catch.hpp>

#include "../ledger/chain_fixture.h"

namespace generion::node {
namespace {

TEST_CASE("client signature: this build checks it, on every chain that it runs") {
  REQUIRE(checks_client_signatures());
  Genesis genesis = ledger::test::make_genesis();
  CHECK(check_build(genesis));
  genesis.chain_name = kUnsignedChainName;
  const auto refused = check_build(genesis);
  REQUIRE(!refused);
  CHECK(refused.error().code == Code::bad_config);
  CHECK(refused.error().message.find("this build checks all") != std::string::npos);

  ledger::test::Maker maker(genesis);
  Transaction transaction = *maker.delete_record("patient", RecordId(1));
  CHECK(verify_client_signature(transaction));
  transaction.envelope.signature = Signature();
  CHECK(!verify_client_signature(transaction));
}

}  // namespace
}  // namespace generion::node
