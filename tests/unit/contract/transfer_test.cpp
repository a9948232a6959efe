#include "market_chain.h"

using namespace generion;
using namespace generion::contract;

TEST_CASE("a transfer moves tokens and stands in both accounts") {
  MarketChain chain;
  chain.must(kBuyer, {Transfer{kOther, 10'000}});
  chain.check_tokens();
  CHECK(chain.user(kBuyer).balance == 0);
  CHECK(chain.user(kOther).balance == 10'000);
  const auto out = chain.account(kBuyer);
  const auto in = chain.account(kOther);
  REQUIRE(out.size() == 1);
  REQUIRE(in.size() == 1);
  CHECK(out[0].change == AccountChange::transfer_out);
  CHECK(out[0].other == UserId(3));
  CHECK(in[0].change == AccountChange::transfer_in);
  CHECK(in[0].amount == 10'000);
  CHECK(in[0].other == UserId(2));
  CHECK(in[0].position == out[0].position);
}

TEST_CASE("several transfers of one transaction see each other, and all are taken back") {
  MarketChain chain;
  const MemoryState before = chain.state;
  const Receipt receipt =
      chain.run(kBuyer, {Transfer{kOther, 6'000}, Transfer{kSeller, 4'000}, Transfer{kOther, 1}});
  CHECK(receipt.code == Code::insufficient_balance);
  CHECK(receipt.failed_operation == 2);
  CHECK(chain.state == before);
  chain.must(kBuyer, {Transfer{kOther, 6'000}, Transfer{kSeller, 4'000}});
  CHECK(chain.account(kBuyer).size() == 2);
  chain.check_tokens();
}

TEST_CASE("transfer's refusals") {
  MarketChain chain;
  chain.refuses({{hospital(1), Transfer{kBuyer, 1}, Code::is_institution},
                 {kBuyer, Transfer{person(9), 1}, Code::user_not_found},
                 {kBuyer, Transfer{hospital(1), 1}, Code::user_not_found},
                 {kBuyer, Transfer{kBuyer, 1}, Code::same_user},
                 {kBuyer, Transfer{kOther, 10'001}, Code::insufficient_balance},
                 {kOther, Transfer{kBuyer, 1}, Code::insufficient_balance}});
  // Cannot come about while all that is minted fits one number; refused all the same.
  auto rich = *find_user(chain.state, kOther);
  rich.user.balance = UINT64_MAX - 5;
  BlockWrites writes;
  writes.objects.push_back({user_key(rich.id), encode_user(rich.user)});
  chain.state.apply(writes);
  chain.refuses({{kBuyer, Transfer{kOther, 6}, Code::overflow}});
  chain.must(kBuyer, {Transfer{kOther, 5}});
}
