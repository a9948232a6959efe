#include "node/client_signature.h"

#include <fmt/core.h>

namespace generion::node {

#ifdef GENERION_BENCH_UNSIGNED
bool checks_client_signatures() {
  return false;
}
#else
bool checks_client_signatures() {
  return true;
}
#endif

bool verify_client_signature(const Transaction& transaction) {
  return !checks_client_signatures() || verify_transaction(transaction);
}

Result<void> check_build(const Genesis& genesis) {
  const bool is_unsigned_chain = genesis.chain_name == kUnsignedChainName;
  if (is_unsigned_chain != checks_client_signatures()) return {};
  return fail(
      Code::bad_config,
      is_unsigned_chain
          ? fmt::format("the chain '{}' is for builds that check no client's signature, for "
                        "measurements alone; this build checks all. Give another chain",
                        kUnsignedChainName)
          : fmt::format("this build checks no client's signature (GENERION_BENCH_UNSIGNED), "
                        "so it runs a chain named '{}' only, not '{}'",
                        kUnsignedChainName, genesis.chain_name));
}

}  // namespace generion::node
