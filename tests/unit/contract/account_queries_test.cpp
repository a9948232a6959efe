#include "contract/account_queries.h"

#include "governance_chain.h"

using namespace generion;
using namespace generion::contract;

TEST_CASE("users and institutions have accounts, others none") {
  TestChain chain(governed_by(1));
  chain.admit({person(1)});
  CHECK(find_account(chain.state, person(1)) == Account(UserId(1)));
  CHECK(find_account(chain.state, hospital(2)) == Account(InstitutionId(2)));
  CHECK_FALSE(find_account(chain.state, governor(1)).has_value());
  CHECK_FALSE(find_account(chain.state, validator(1)).has_value());
  CHECK_FALSE(find_account(chain.state, person(2)).has_value());
  CHECK(find_balance(chain.state, person(1)) == 0);
  CHECK_FALSE(find_balance(chain.state, hospital(2)).has_value());
  CHECK_FALSE(find_balance(chain.state, person(2)).has_value());
}

TEST_CASE("what an account sent, page by page, without what was refused") {
  TestChain chain(governed_by(1));
  chain.admit({person(1), person(2)});
  const Operation set = SetUserPubKey{reader_key('a')};
  chain.must(person(1), {set, set});
  chain.must(person(2), {set});
  CHECK(chain.run(person(1), {VerifyRecord{{RecordId(1)}}}).code == Code::record_not_found);
  chain.time = chain.time.plus(9);
  chain.must(person(1), {set});

  const auto rows = account_entries(chain.state, UserId(1), std::nullopt, 10);
  REQUIRE(rows.size() == 2);
  AccountEntry expected;
  expected.position = {Height(2), 0, 0};
  expected.time = TimeMs(kTestTime);
  CHECK(rows[0] == FoundEntry{expected, std::nullopt});
  expected.position = {Height(5), 0, 0};
  expected.time = TimeMs(kTestTime + 9);
  CHECK(rows[1] == FoundEntry{expected, std::nullopt});
  const AccountPlace first{rows[0].entry.position, rows[0].entry.sequence};
  CHECK(account_entries(chain.state, UserId(1), std::nullopt, 1) ==
        std::vector<FoundEntry>{rows[0]});
  CHECK(account_entries(chain.state, UserId(1), first, 5) == std::vector<FoundEntry>{rows[1]});
  const AccountPlace last{rows[1].entry.position, rows[1].entry.sequence};
  CHECK(account_entries(chain.state, UserId(1), last, 5).empty());
  // User 1 and institution 1 have different accounts.
  CHECK(account_entries(chain.state, InstitutionId(1), std::nullopt, 10).size() == 1);
}

TEST_CASE("the other party of an entry is shown by the address that it has now") {
  TestChain chain;
  chain.admit({person(1), person(2)});
  AccountEntry entry;
  entry.position = {Height(1), 0, 0};
  entry.change = AccountChange::transfer_in;
  entry.amount = 3;
  entry.other = UserId(2);
  BlockWrites writes;
  writes.lookups.push_back(
      {account_key(UserId(1), entry.position, entry.sequence), account_value(entry)});
  chain.state.apply(writes);
  CHECK(account_entries(chain.state, UserId(1), std::nullopt, 10) ==
        std::vector<FoundEntry>{{entry, person(2)}});
}

TEST_CASE("proposals, page by page") {
  TestChain chain(governed_by(4));
  CHECK(proposals(chain.state, ProposalId(0), 10).empty());
  for (std::uint64_t n = 1; n <= 3; ++n) propose(chain, 1, ScheduleUpgrade{n + 1, Epoch(1)});
  const auto all = proposals(chain.state, ProposalId(0), 10);
  REQUIRE(all.size() == 3);
  for (std::uint64_t n = 1; n <= 3; ++n) {
    CHECK(all[n - 1].id == ProposalId(n));
    CHECK(all[n - 1].proposal.action == GovernanceAction(ScheduleUpgrade{n + 1, Epoch(1)}));
    CHECK(find_proposal(chain.state, ProposalId(n)) == all[n - 1]);
  }
  CHECK(proposals(chain.state, ProposalId(1), 1) == std::vector<FoundProposal>{all[1]});
  CHECK(proposals(chain.state, ProposalId(3), 1).empty());
  CHECK(proposals(chain.state, ProposalId(UINT64_MAX), 1).empty());
  CHECK_FALSE(find_proposal(chain.state, ProposalId(0)).has_value());
  CHECK_FALSE(find_proposal(chain.state, ProposalId(4)).has_value());
}

TEST_CASE("the validators in force are those of the genesis file, numbered in its order") {
  const TestChain chain(governed_by(2));
  CHECK(read_validators(chain.state).members ==
        std::vector<Validator>{{ValidatorId(1), validator(1), governor(1), "v1"},
                               {ValidatorId(2), validator(2), governor(2), "v2"}});
}
