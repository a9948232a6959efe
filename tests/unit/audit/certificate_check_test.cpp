#include "audit/certificate_check.h"

#include <catch2/catch.hpp>

#include "audit_fixture.h"

namespace generion::audit {

TEST_CASE("certificates are refused exactly where the node refuses them") {
  for (const std::size_t n : {1, 2, 3, 4, 5, 6, 7}) {
    test::Chain chain(n);
    chain.add({});
    test::ArchivedBlock& block = chain.blocks[0];
    ValidatorSet set;
    for (const auto& member : chain.genesis.validators) set.keys.push_back(member.key);
    for (std::size_t seals = 0; seals <= n; ++seals) {
      chain.certify(block, seals);
      const std::vector<char> hold(seals, 1);
      const auto mine =
          check_certificate(*block.certificate, hold, Height(1), block_hash(block.header), set);
      const auto theirs = verify_certificate(*block.certificate, block.header, set);
      INFO(seals << " of " << n);
      CHECK(mine.has_value() == !theirs.has_value());
      CHECK(mine.has_value() == (seals < quorum_size(n)));
    }
  }
}

}  // namespace generion::audit
