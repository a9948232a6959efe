#include "contract/share_queries.h"

#include "share_chain.h"

using namespace generion;
using namespace generion::contract;

namespace {

std::vector<std::uint64_t> numbers(const std::vector<FoundShare>& shares) {
  std::vector<std::uint64_t> out;
  for (const FoundShare& found : shares) out.push_back(found.id.value());
  return out;
}

using Ids = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE("shares that are not there are absent, not an error") {
  const TestChain chain = chain_to_share();
  CHECK_FALSE(find_share(chain.state, ShareId(0)).has_value());
  CHECK_FALSE(find_share(chain.state, ShareId(1)).has_value());
  CHECK(shares_of_owner(chain.state, UserId(1), ShareId(0), 10).empty());
  CHECK(shares_of_record(chain.state, RecordId(1), ShareId(0), 10).empty());
  CHECK(shares_to(chain.state, UserId(99), ShareId(0), 10).empty());
}

TEST_CASE("shares by owner, record and grantee, page by page, closed ones too") {
  TestChain chain = chain_to_share();
  chain.must(person(1), {share_capsule(1, person(2)), share_capsule(1, person(3)),
                         share_opaque(2, person(2)), share_capsule(3, person(2))});
  chain.must(person(2), {share_capsule(4, person(1)), share_capsule(4, person(3))});
  chain.must(person(1), {RevokeShare{ShareId(1)}, DeleteRecord{RecordId(2)}});

  CHECK(numbers(shares_of_owner(chain.state, UserId(1), ShareId(0), 10)) == Ids{1, 2, 3, 4});
  CHECK(numbers(shares_of_owner(chain.state, UserId(1), ShareId(0), 2)) == Ids{1, 2});
  CHECK(numbers(shares_of_owner(chain.state, UserId(1), ShareId(2), 2)) == Ids{3, 4});
  CHECK(shares_of_owner(chain.state, UserId(1), ShareId(4), 2).empty());
  CHECK(numbers(shares_of_owner(chain.state, UserId(2), ShareId(0), 10)) == Ids{5, 6});
  CHECK(numbers(shares_of_record(chain.state, RecordId(1), ShareId(0), 10)) == Ids{1, 2});
  CHECK(numbers(shares_of_record(chain.state, RecordId(1), ShareId(1), 10)) == Ids{2});
  CHECK(numbers(shares_to(chain.state, UserId(2), ShareId(0), 10)) == Ids{1, 3, 4});
  CHECK(numbers(shares_to(chain.state, UserId(3), ShareId(2), 10)) == Ids{6});

  std::vector<bool> living;
  for (const FoundShare& found : shares_of_owner(chain.state, UserId(1), ShareId(0), 10)) {
    living.push_back(found.living);
    CHECK(found.owner == person(1));
    CHECK(found == *find_share(chain.state, found.id));
    CHECK_FALSE(found.attachment.has_value());
  }
  // 1 was revoked; 3 died with its record.
  CHECK(living == std::vector<bool>{false, true, false, true});
}
