#include "audit/token_supply.h"

#include <catch2/catch.hpp>

#include "contract/objects.h"

namespace generion::audit {

TEST_CASE("tokens that come from nowhere are found") {
  contract::BlockWrites writes;
  contract::User user;
  contract::Counters counters;
  counters.minted = 5;
  user.balance = 5;
  writes.objects = {{contract::counters_key(), contract::encode_counters(counters), true},
                    {contract::user_key(UserId(1)), contract::encode_user(user), true}};
  TokenSupply supply;
  CHECK_FALSE(supply.apply(Height(1), writes, nullptr));
  CHECK(supply.minted() == 5);

  writes.objects = {{contract::user_key(UserId(2)), contract::encode_user(user), true}};
  const auto fault = supply.apply(Height(2), writes, nullptr);
  REQUIRE(fault);
  CHECK(fault->object == "token supply");
  CHECK(fault->expected == "5, what was minted");
  CHECK(fault->found == "10 in balances and 0 held");

  TokenSupply other;
  counters.escrowed = 3;
  writes.objects = {{contract::counters_key(), contract::encode_counters(counters), true}};
  const auto held = other.apply(Height(1), writes, nullptr);
  REQUIRE(held);
  CHECK(held->object == "tokens held for orders");
}

}  // namespace generion::audit
