// What validators can decide: what is refused, and what happens when it takes force.
#include "contract/decisions.h"

#include "base/limits.h"
#include "governance_chain.h"

using namespace generion;
using namespace generion::contract;

namespace {

constexpr std::uint64_t kToken = 100'000'000;

AccreditInstitution accredit(const Address& address) {
  return {address, "Third", "laboratory", "https://third.example"};
}

// Balances and what is held are all that there is.
void check_supply(const TestChain& chain) {
  const Counters counters = read_counters(chain.state);
  std::uint64_t sum = counters.escrowed;
  for (std::uint64_t n = 1; n <= counters.users; ++n) {
    sum += find_user(chain.state, UserId(n))->user.balance;
  }
  CHECK(sum == counters.minted);
}

std::uint64_t balance(const TestChain& chain, const Address& address) {
  return find_balance(chain.state, address).value_or(0);
}

Proposal::Status status(const TestChain& chain, ProposalId id) {
  return proposal_of(chain, id).status;
}

SystemReceipt enforced(ProposalId id, Code code = Code::ok) {
  return {DueKind::proposal_force, id.value(), code};
}

}  // namespace

TEST_CASE("what cannot be done cannot be proposed") {
  TestChain chain(governed_by(4));
  chain.admit({person(1)});
  decide(chain, 3, WithdrawInstitution{hospital(2)});
  const std::vector<std::pair<GovernanceAction, Code>> rows = {
      {AddValidator{validator(2), governor(9), "x"}, Code::validator_exists},
      {AddValidator{person(1), governor(9), "x"}, Code::address_taken},
      {AddValidator{governor(1), governor(9), "x"}, Code::address_taken},
      {AddValidator{hospital(2), governor(9), "x"}, Code::address_taken},
      {AddValidator{validator(9), governor(1), "x"}, Code::address_taken},
      {AddValidator{validator(9), validator(1), "x"}, Code::address_taken},
      {AddValidator{validator(9), hospital(1), "x"}, Code::address_taken},
      {AddValidator{validator(9), person(1), "x"}, Code::address_taken},
      {AddValidator{validator(9), validator(9), "x"}, Code::address_taken},
      {RemoveValidator{validator(9)}, Code::validator_not_found},
      {RemoveValidator{validator(4)}, Code::too_few_validators},
      {RemoveValidator{governor(1)}, Code::validator_not_found},
      {ReplaceValidatorKey{validator(9), validator(8)}, Code::validator_not_found},
      {ReplaceValidatorKey{validator(1), validator(2)}, Code::validator_exists},
      {ReplaceValidatorKey{validator(1), validator(1)}, Code::validator_exists},
      {ReplaceValidatorKey{validator(1), governor(1)}, Code::address_taken},
      {ReplaceValidatorKey{validator(1), person(1)}, Code::address_taken},
      {ReplaceGovernanceKey{governor(1), governor(9)}, Code::validator_not_found},
      {ReplaceGovernanceKey{validator(1), governor(2)}, Code::address_taken},
      {ReplaceGovernanceKey{validator(1), validator(2)}, Code::address_taken},
      {ReplaceGovernanceKey{validator(1), hospital(1)}, Code::address_taken},
      {accredit(hospital(1)), Code::address_taken},
      {accredit(person(1)), Code::address_taken},
      {accredit(validator(1)), Code::address_taken},
      {accredit(governor(1)), Code::address_taken},
      {WithdrawInstitution{person(1)}, Code::institution_not_found},
      {WithdrawInstitution{hospital(3)}, Code::institution_not_found},
      {WithdrawInstitution{hospital(2)}, Code::institution_not_accredited},
      {ReplaceInstitutionKey{hospital(3), hospital(4)}, Code::institution_not_found},
      {ReplaceInstitutionKey{hospital(1), hospital(2)}, Code::address_taken},
      {ReplaceInstitutionKey{hospital(1), person(1)}, Code::address_taken},
      {ReplaceInstitutionKey{hospital(1), validator(1)}, Code::address_taken},
      {Mint{person(2), 1}, Code::user_not_found},
      {Mint{hospital(1), 1}, Code::user_not_found},
      {Mint{person(1), 1'000'000 * kToken + 1}, Code::mint_limit},
      {SetParameter{"gravity", 1}, Code::parameter_unknown},
      {SetParameter{"operations_max", 0}, Code::parameter_range},
      {SetParameter{"operations_max", limits::kOperationsMax + 1}, Code::parameter_range},
      {SetParameter{"retention_ms", 1'000}, Code::parameter_range},
      {SetParameter{"epoch_max_ms", 599'999}, Code::parameter_range},
      {ScheduleUpgrade{1, Epoch(1)}, Code::upgrade_past},
      {ScheduleUpgrade{2, Epoch(0)}, Code::upgrade_past},
  };
  for (const auto& [action, code] : rows) {
    INFO(action_name(action));
    check_code(chain, governor(1), Propose{action}, code);
  }
  CHECK(read_counters(chain.state).proposals == 1);
}

TEST_CASE("what needs an epoch is decided and changes nothing yet") {
  const GovernanceAction action =
      GENERATE(GovernanceAction(ReplaceValidatorKey{validator(1), validator(9)}),
               GovernanceAction(SetParameter{"operations_max", 7}),
               GovernanceAction(SetRecordTypes{{"Condition", "Patient"}}),
               GovernanceAction(ScheduleUpgrade{2, Epoch(7)}));
  TestChain chain(governed_by(4));
  const Parameters parameters = read_parameters(chain.state);
  const Validators validators = read_validators(chain.state);
  const ProposalId id = decide(chain, 3, action);
  CHECK(status(chain, id) == Proposal::Status::awaits_epoch);
  CHECK(wait(chain, kLifetime).empty());
  CHECK(status(chain, id) == Proposal::Status::awaits_epoch);
  CHECK(read_parameters(chain.state) == parameters);
  CHECK(read_validators(chain.state) == validators);
}

TEST_CASE("the removal of a validator waits, and then awaits an epoch") {
  TestChain chain(governed_by(5));
  const ProposalId id = decide(chain, 4, RemoveValidator{validator(4)});
  CHECK(status(chain, id) == Proposal::Status::passed);
  CHECK(proposal_of(chain, id).in_force_at == chain.time.plus(kDelay));
  CHECK(wait(chain, kDelay - 1).empty());
  CHECK(wait(chain, 1) == std::vector<SystemReceipt>{enforced(id)});
  CHECK(status(chain, id) == Proposal::Status::awaits_epoch);
  CHECK_FALSE(proposal_of(chain, id).in_force_at.has_value());
  CHECK(read_validators(chain.state).members.size() == 5);
  vote(chain, 4, propose(chain, 1, RemoveValidator{validator(4)}));
}

TEST_CASE("the last validator and one too many") {
  TestChain alone(governed_by(1));
  check_code(alone, governor(1), Propose{RemoveValidator{validator(1), true}},
             Code::too_few_validators);
  // A last one of two can be removed by force.
  TestChain two(governed_by(2));
  check_code(two, governor(1), Propose{RemoveValidator{validator(2)}}, Code::too_few_validators);
  CHECK(two.last_message.find("quorum of 1") != std::string::npos);
  propose(two, 1, RemoveValidator{validator(2), true});
  TestChain full(governed_by(limits::kValidatorsMax));
  check_code(full, governor(1), Propose{AddValidator{person(1), person(2), "x"}}, Code::too_many);
}

TEST_CASE("a new governance key takes the old one's place at once") {
  TestChain chain(governed_by(4));
  const ProposalId waiting = propose(chain, 2, ScheduleUpgrade{2, Epoch(7)});
  const ProposalId id = decide(chain, 3, ReplaceGovernanceKey{validator(2), governor(9)});
  CHECK(status(chain, id) == Proposal::Status::in_force);
  CHECK(proposal_of(chain, id).in_force_at == chain.time);
  CHECK(read_validators(chain.state).members[1] ==
        Validator{ValidatorId(2), validator(2), governor(9), "v2"});
  check_code(chain, governor(2), Vote{waiting, true}, Code::not_admitted);
  // It is the same validator: its votes and proposals are still its own.
  check_code(chain, governor(9), Vote{waiting, true}, Code::already_voted);
  // The old key is nobody's.
  chain.admit({governor(2)});
}

TEST_CASE("an institution is accredited, withdrawn and accredited again") {
  TestChain chain(governed_by(4));
  decide(chain, 3, accredit(hospital(3)));
  const auto third = find_institution(chain.state, hospital(3));
  REQUIRE(third.has_value());
  CHECK(third->id == InstitutionId(3));
  CHECK(third->institution.name == "Third");
  CHECK(third->institution.kind == "laboratory");
  CHECK(third->institution.data_source_url == "https://third.example");
  CHECK(third->institution.since == chain.time);
  chain.must(hospital(3), {record_for(person(1))});

  chain.time = chain.time.plus(1);
  decide(chain, 3, WithdrawInstitution{hospital(3)});
  CHECK(institution_of(chain, hospital(3)).status == Institution::Status::withdrawn);
  CHECK(institution_of(chain, hospital(3)).since == chain.time);
  CHECK(chain.run(hospital(3), {record_for(person(1))}).code == Code::institution_not_accredited);

  decide(chain, 3, AccreditInstitution{hospital(3), "Third anew", "", ""});
  const auto again = find_institution(chain.state, hospital(3));
  CHECK(again->id == InstitutionId(3));
  CHECK(again->institution.name == "Third anew");
  CHECK(again->institution.data_source_url.empty());
  chain.must(hospital(3), {record_for(person(1))});
  CHECK(read_counters(chain.state).institutions == 3);
}

TEST_CASE("there are at most so many institutions") {
  Genesis genesis = governed_by(1);
  for (std::size_t n = genesis.institutions.size(); n < limits::kInstitutionsMax; ++n) {
    const Bytes number = {static_cast<char>(n / 256), static_cast<char>(n % 256)};
    genesis.institutions.push_back({*Address::from(Bytes(30, 'i') + number), "one", "", ""});
  }
  TestChain chain(genesis);
  check_code(chain, governor(1), Propose{accredit(hospital(3))}, Code::too_many);
  propose(chain, 1, WithdrawInstitution{hospital(1)});
  check_code(chain, governor(1), Propose{accredit(hospital(3))}, Code::too_many);
  propose(chain, 1, accredit(hospital(1)));
}

TEST_CASE("an institution with a new key stays the same institution") {
  TestChain chain(governed_by(4));
  chain.must(hospital(1), {record_for(person(1)), AnchorLog{crypto::blake2b256({"x"}), 3}});
  decide(chain, 3, ReplaceInstitutionKey{hospital(1), hospital(9)});
  CHECK_FALSE(find_institution(chain.state, hospital(1)).has_value());
  const auto found = find_institution(chain.state, hospital(9));
  REQUIRE(found.has_value());
  CHECK(found->id == InstitutionId(1));
  CHECK(found->institution.log->count == 3);
  CHECK(find_record(chain.state, RecordId(1))->creator == hospital(9));
  check_code(chain, hospital(1), DeleteRecord{RecordId(1)}, Code::not_admitted);
  chain.must(hospital(9), {DeleteRecord{RecordId(1)}});
}

TEST_CASE("what can no longer be done when it is decided is impossible; the vote counts") {
  TestChain chain(governed_by(4));
  const ProposalId first = propose(chain, 1, accredit(hospital(3)));
  const ProposalId second = propose(chain, 2, accredit(hospital(3)));
  vote(chain, 2, first);
  vote(chain, 1, second);
  vote(chain, 3, first);
  vote(chain, 3, second);
  CHECK(status(chain, first) == Proposal::Status::in_force);
  const Proposal late = proposal_of(chain, second);
  CHECK(late.status == Proposal::Status::impossible);
  CHECK(late.obstacle == Code::address_taken);
  CHECK(late.yes.size() == 3);
  CHECK(late.decided_at == chain.time);
  CHECK_FALSE(late.in_force_at.has_value());
  check_code(chain, governor(4), Vote{second, false}, Code::proposal_closed);
}

TEST_CASE("minted tokens are there after the delay, and not before") {
  TestChain chain(governed_by(4));
  chain.admit({person(1), person(2)});
  CHECK(find_balance(chain.state, person(1)) == 0);
  CHECK(read_counters(chain.state).minted == 0);
  const ProposalId id = decide(chain, 3, Mint{person(1), 5 * kToken});
  CHECK(status(chain, id) == Proposal::Status::passed);
  CHECK(proposal_of(chain, id).in_force_at == chain.time.plus(kDelay));
  CHECK(next_due(chain.state) == chain.time.plus(kDelay));
  CHECK(wait(chain, kDelay - 1).empty());
  CHECK(balance(chain, person(1)) == 0);
  CHECK(wait(chain, 1) == std::vector<SystemReceipt>{enforced(id)});
  CHECK(status(chain, id) == Proposal::Status::in_force);
  CHECK(proposal_of(chain, id).in_force_at == chain.time);
  CHECK(balance(chain, person(1)) == 5 * kToken);
  CHECK(balance(chain, person(2)) == 0);
  CHECK(read_counters(chain.state).minted == 5 * kToken);
  check_supply(chain);

  const auto rows = account_entries(chain.state, UserId(1), std::nullopt, 10);
  REQUIRE(rows.size() == 1);
  AccountEntry expected;
  expected.position = {chain.height, kSystemPlace, 0};
  expected.change = AccountChange::minted;
  expected.time = chain.time;
  expected.amount = 5 * kToken;
  expected.about = id.value();
  CHECK(rows[0] == FoundEntry{expected, std::nullopt});
}

TEST_CASE("minted tokens follow the user whose address it was, not the address") {
  TestChain chain(governed_by(1));
  chain.admit({person(1)});
  const ProposalId id = propose(chain, 1, Mint{person(1), 8});
  chain.must(person(1), {MoveUser{person(1), person(2), {}}});
  chain.admit({person(1)});
  CHECK(wait(chain, kDelay) == std::vector<SystemReceipt>{enforced(id)});
  CHECK(find_balance(chain.state, person(2)) == 8);
  CHECK(find_balance(chain.state, person(1)) == 0);
}

TEST_CASE("no more is minted in a period than the parameters allow") {
  constexpr std::uint64_t kPeriod = 10 * kTestDay;
  TestChain chain(governed_by(1, [](Parameters& p) {
    p.mint_per_period_max = 100;
    p.mint_period_ms = kPeriod;
    p.governance_delay_ms = 1'000;
  }));
  chain.admit({person(1)});
  // From the start of a period.
  wait(chain, kPeriod - chain.time.value() % kPeriod);
  const std::vector<ProposalId> ids = {propose(chain, 1, Mint{person(1), 60}),
                                       propose(chain, 1, Mint{person(1), 41}),
                                       propose(chain, 1, Mint{person(1), 40})};
  CHECK(wait(chain, 1'000) == std::vector<SystemReceipt>{enforced(ids[0]),
                                                         enforced(ids[1], Code::mint_limit),
                                                         enforced(ids[2])});
  CHECK(status(chain, ids[0]) == Proposal::Status::in_force);
  CHECK(status(chain, ids[1]) == Proposal::Status::impossible);
  CHECK(proposal_of(chain, ids[1]).obstacle == Code::mint_limit);
  CHECK_FALSE(proposal_of(chain, ids[1]).in_force_at.has_value());
  CHECK(balance(chain, person(1)) == 100);
  check_code(chain, governor(1), Propose{Mint{person(1), 1}}, Code::mint_limit);

  wait(chain, kPeriod - 1'001);
  check_code(chain, governor(1), Propose{Mint{person(1), 1}}, Code::mint_limit);
  wait(chain, 1);
  check_code(chain, governor(1), Propose{Mint{person(1), 101}}, Code::mint_limit);
  const ProposalId next = propose(chain, 1, Mint{person(1), 100});
  CHECK(wait(chain, 1'000) == std::vector<SystemReceipt>{enforced(next)});
  CHECK(balance(chain, person(1)) == 200);
  CHECK(read_counters(chain.state).minted_in_period == 100);
  check_supply(chain);
}

TEST_CASE("never more tokens than can be counted") {
  TestChain chain(governed_by(1, [](Parameters& p) {
    p.mint_per_period_max = UINT64_MAX;
    p.mint_period_ms = 1'000;
    p.governance_delay_ms = 1'000;
  }));
  chain.admit({person(1), person(2)});
  propose(chain, 1, Mint{person(1), UINT64_MAX - 5});
  const ProposalId early = propose(chain, 1, Mint{person(2), UINT64_MAX});
  // Both fall into one period, whose allowance is not enough for them.
  CHECK(wait(chain, 1'000).size() == 2);
  CHECK(status(chain, early) == Proposal::Status::impossible);
  chain.time = chain.time.plus(1'000);
  check_code(chain, governor(1), Propose{Mint{person(2), 6}}, Code::overflow);
  propose(chain, 1, Mint{person(2), 5});
  wait(chain, 1'000);
  CHECK(read_counters(chain.state).minted == UINT64_MAX);
  CHECK(balance(chain, person(2)) == 5);
  check_supply(chain);
}

TEST_CASE("at most due_per_block take force in one block, oldest first") {
  TestChain chain(governed_by(1, [](Parameters& p) { p.due_per_block = 2; }));
  chain.admit({person(1)});
  const std::vector<ProposalId> ids = {propose(chain, 1, Mint{person(1), 1}),
                                       propose(chain, 1, Mint{person(1), 2}),
                                       propose(chain, 1, Mint{person(1), 4})};
  CHECK(wait(chain, kDelay) == std::vector<SystemReceipt>{enforced(ids[0]), enforced(ids[1])});
  CHECK(balance(chain, person(1)) == 3);
  CHECK(wait(chain, 1) == std::vector<SystemReceipt>{enforced(ids[2])});
  CHECK(balance(chain, person(1)) == 7);
  const auto rows = account_entries(chain.state, UserId(1), std::nullopt, 10);
  REQUIRE(rows.size() == 3);
  CHECK(rows[1].entry.position == Position{Height(chain.height.value() - 1), kSystemPlace, 1});
  CHECK(account_entries(chain.state, UserId(1),
                        AccountPlace{rows[0].entry.position, rows[0].entry.sequence},
                        1) == std::vector<FoundEntry>{rows[1]});
}
