// When an epoch ends, and what takes force then.
#include "contract/epoch.h"

#include "base/limits.h"
#include "contract/epoch_queries.h"
#include "governance_chain.h"

using namespace generion;
using namespace generion::contract;

namespace {

constexpr std::uint64_t kClosing = limits::kLogHeights;

EpochObject epoch_of(const TestChain& chain) {
  return current_epoch(chain.state).epoch;
}
std::uint64_t epoch_number(const TestChain& chain) {
  return current_epoch(chain.state).number.value();
}
Proposal::Status status(const TestChain& chain, ProposalId id) {
  return proposal_of(chain, id).status;
}
std::vector<PublicKey> keys_of(const TestChain& chain) {
  return epoch_of(chain).validators.keys;
}

// Blocks up to the last one of the epoch, whose end is known.
BlockWrites finish_epoch(TestChain& chain) {
  const auto last = epoch_of(chain).last;
  REQUIRE(last.has_value());
  REQUIRE(*last >= chain.height.next());
  return pass_blocks(chain, last->value() - chain.height.value());
}

ReportReady report(const TestChain& chain, ProposalId id) {
  return {id, Height(epoch_of(chain).first.value() - 1), Hash()};
}

}  // namespace

TEST_CASE("epoch 0 begins with block 1, and goes by the genesis file") {
  const TestChain chain(governed_by(4));
  EpochObject expected;
  expected.first = Height(1);
  expected.since = TimeMs(kTestTime - 1'000);
  expected.validators.keys = {validator(1), validator(2), validator(3), validator(4)};
  CHECK(current_epoch(chain.state) == FoundEpoch{Epoch(0), expected});
  const EpochRules rules = read_rules(chain.state);
  CHECK(rules.number == Epoch(0));
  CHECK(rules.first == Height(1));
  CHECK(rules.validators == expected.validators);
  CHECK(rules.parameters == read_parameters(chain.state));
  CHECK(rules.version == 1);
  CHECK_FALSE(read_last_height(chain.state).has_value());
}

TEST_CASE("an ordinary block says nothing of its epoch") {
  TestChain chain(governed_by(4));
  chain.admit({person(1)});
  CHECK_FALSE(chain.last_writes.last_height.has_value());
  CHECK(chain.last_writes.next_epoch == nullptr);
  wait(chain, 1);
  CHECK(chain.last_writes.objects.empty());
}

TEST_CASE("what is decided takes force as many blocks later as can be in flight") {
  TestChain chain(governed_by(4));
  const ProposalId id = decide(chain, 3, SetParameter{"operations_max", 7});
  const Height decided = chain.height;
  CHECK(chain.last_writes.last_height == decided.plus(kClosing));
  CHECK(read_last_height(chain.state) == decided.plus(kClosing));
  CHECK(status(chain, id) == Proposal::Status::awaits_epoch);

  const BlockWrites before = pass_blocks(chain, kClosing - 1);
  CHECK(before.last_height == decided.plus(kClosing));
  CHECK(before.next_epoch == nullptr);
  CHECK(read_parameters(chain.state).operations_max == 256);
  CHECK(epoch_number(chain) == 0);

  chain.time = chain.time.plus(5);
  const BlockWrites last = pass_blocks(chain, 1);
  CHECK(chain.height == decided.plus(kClosing));
  CHECK(last.last_height == chain.height);
  REQUIRE(last.next_epoch != nullptr);
  CHECK(*last.next_epoch == read_rules(chain.state));
  CHECK(last.next_epoch->number == Epoch(1));
  CHECK(last.next_epoch->first == chain.height.next());
  CHECK(last.next_epoch->parameters.operations_max == 7);
  CHECK(read_parameters(chain.state).operations_max == 7);
  CHECK(status(chain, id) == Proposal::Status::in_force);
  CHECK(proposal_of(chain, id).in_force_at == chain.time);

  EpochObject next;
  next.first = chain.height.next();
  next.since = chain.time;
  next.validators = last.next_epoch->validators;
  CHECK(current_epoch(chain.state) == FoundEpoch{Epoch(1), next});
  CHECK(find_epoch(chain.state, Epoch(0))->epoch.last == chain.height);
  CHECK(find_epoch(chain.state, Epoch(0))->epoch.decided == std::vector{id});
  CHECK_FALSE(find_epoch(chain.state, Epoch(2)).has_value());
  CHECK(set_handovers(chain.state, Epoch(9)).empty());

  CHECK_FALSE(pass_blocks(chain, 1).last_height.has_value());
}

TEST_CASE("the epoch's last block is executed by its own parameters, and may still decide") {
  TestChain chain(governed_by(1));
  chain.admit({person(1), person(2), person(3)});
  propose(chain, 1, SetParameter{"operations_max", 7});
  pass_blocks(chain, kClosing - 1);
  const ProposalId late = propose(chain, 1, SetRecordTypes{{"Basic"}});
  CHECK(epoch_number(chain) == 1);
  CHECK(status(chain, late) == Proposal::Status::in_force);
  CHECK(read_parameters(chain.state).record_types == std::vector<std::string>{"Basic"});
  CHECK(read_parameters(chain.state).operations_max == 7);
  // Neither of them asks for another epoch.
  CHECK_FALSE(epoch_of(chain).last.has_value());
}

TEST_CASE("decisions are done in their order, and what cannot be done any more says so") {
  TestChain chain(governed_by(1));
  const ProposalId longer = propose(chain, 1, SetParameter{"epoch_max_ms", 700'000});
  const ProposalId also = propose(chain, 1, SetParameter{"epoch_min_ms", 700'001});
  const ProposalId last = propose(chain, 1, SetParameter{"epoch_max_ms", 800'000});
  CHECK(read_next_epoch(chain.state).rules.parameters.epoch_max_ms == 800'000);
  finish_epoch(chain);
  CHECK(status(chain, longer) == Proposal::Status::in_force);
  CHECK(status(chain, also) == Proposal::Status::impossible);
  CHECK(proposal_of(chain, also).obstacle == Code::parameter_range);
  CHECK(status(chain, last) == Proposal::Status::in_force);
  CHECK(read_parameters(chain.state).epoch_max_ms == 800'000);
}

TEST_CASE("an epoch ends by itself after its blocks, or its time") {
  SECTION("blocks") {
    TestChain chain(governed_by(1, [](Parameters& p) { p.epoch_max_blocks = 10; }));
    CHECK_FALSE(pass_blocks(chain, 9).last_height.has_value());
    CHECK(pass_blocks(chain, 1).last_height == Height(10 + kClosing));
    finish_epoch(chain);
    CHECK(epoch_number(chain) == 1);
    CHECK_FALSE(pass_blocks(chain, 9).last_height.has_value());
    CHECK(pass_blocks(chain, 1).last_height == Height(2 * (10 + kClosing)));
  }
  SECTION("time") {
    TestChain chain(governed_by(1, [](Parameters& p) { p.epoch_max_ms = 600'000; }));
    wait(chain, 598'999);
    CHECK_FALSE(epoch_of(chain).last.has_value());
    wait(chain, 1);
    CHECK(epoch_of(chain).last == Height(2 + kClosing));
    finish_epoch(chain);
    CHECK(epoch_of(chain).since == chain.time);
    wait(chain, 599'999);
    CHECK_FALSE(epoch_of(chain).last.has_value());
    wait(chain, 1);
    CHECK(epoch_of(chain).last.has_value());
  }
}

TEST_CASE("a validator joins when its node is ready") {
  TestChain chain(governed_by(3));
  const ProposalId id = decide(chain, 3, AddValidator{validator(9), governor(9), "ninth"});
  CHECK(status(chain, id) == Proposal::Status::awaits_joiner);
  CHECK(proposal_of(chain, id).expires_at == chain.time.plus(kLifetime));
  CHECK_FALSE(epoch_of(chain).last.has_value());
  // Its keys are its own from now on.
  check_code(chain, governor(1), Propose{AddValidator{validator(9), governor(8), "x"}},
             Code::address_taken);
  check_code(chain, hospital(1), AdmitUser{{governor(9)}}, Code::address_taken);
  check_code(chain, validator(9), EndEpoch{}, Code::wrong_key);
  check_code(chain, governor(9), Vote{id, true}, Code::wrong_key);

  chain.must(validator(9), {report(chain, id)});
  CHECK(status(chain, id) == Proposal::Status::awaits_epoch);
  CHECK(chain.last_writes.last_height == chain.height.plus(kClosing));
  CHECK_FALSE(next_due(chain.state).has_value());
  const NextEpoch next = read_next_epoch(chain.state);
  CHECK(next.rules.number == Epoch(1));
  CHECK(next.validators.members.back() ==
        Validator{ValidatorId(4), validator(9), governor(9), "ninth"});
  CHECK(keys_of(chain).size() == 3);

  const BlockWrites last = finish_epoch(chain);
  CHECK(status(chain, id) == Proposal::Status::in_force);
  CHECK(keys_of(chain) == std::vector{validator(1), validator(2), validator(3), validator(9)});
  CHECK(last.next_epoch->validators.keys == keys_of(chain));
  CHECK(read_validators(chain.state) == next.validators);
  CHECK(read_counters(chain.state).validators == 4);
  CHECK(set_handovers(chain.state, Epoch(1)) ==
        std::vector<SetHandover>{{chain.height, last.next_epoch->validators}});
  CHECK(set_handovers(chain.state, Epoch(0)).empty());
  vote(chain, 9, propose(chain, 1, SetParameter{"operations_max", 7}));
}

TEST_CASE("a validator that does not report in time is not added, and its keys are free again") {
  TestChain chain(governed_by(1));
  const ProposalId id = propose(chain, 1, AddValidator{validator(9), governor(9), "ninth"});
  wait(chain, kLifetime - 1);
  CHECK(status(chain, id) == Proposal::Status::awaits_joiner);
  CHECK(wait(chain, 1) ==
        std::vector<SystemReceipt>{{DueKind::proposal_lapse, id.value(), Code::ok}});
  CHECK(status(chain, id) == Proposal::Status::lapsed);
  check_code(chain, validator(9), report(chain, id), Code::not_admitted);
  chain.admit({validator(9), governor(9)});
}

TEST_CASE("an epoch that ends leaves an addition waiting whose node is not ready") {
  TestChain chain(governed_by(1));
  const ProposalId id = propose(chain, 1, AddValidator{validator(9), governor(9), "ninth"});
  propose(chain, 1, SetParameter{"operations_max", 7});
  finish_epoch(chain);
  CHECK(status(chain, id) == Proposal::Status::awaits_joiner);
  CHECK(keys_of(chain).size() == 1);
  chain.must(validator(9), {report(chain, id)});
  finish_epoch(chain);
  CHECK(keys_of(chain).size() == 2);
  CHECK(epoch_number(chain) == 2);
}

TEST_CASE("a removed validator governs no more, and its node's key is nobody else's for ever") {
  TestChain chain(governed_by(5));
  decide(chain, 4, RemoveValidator{validator(5)});
  wait(chain, kDelay);
  finish_epoch(chain);
  CHECK(keys_of(chain).size() == 4);
  check_code(chain, governor(5), Propose{SetParameter{"operations_max", 7}}, Code::not_admitted);
  check_code(chain, validator(5), EndEpoch{}, Code::not_validator);
  check_code(chain, governor(1), Propose{AddValidator{validator(5), governor(5), "again"}},
             Code::address_taken);
  chain.admit({governor(5)});
}

TEST_CASE("two removals that leave too few: the second is impossible when it is its turn") {
  TestChain chain(governed_by(5));
  const ProposalId first = decide(chain, 4, RemoveValidator{validator(5)});
  const ProposalId second = decide(chain, 4, RemoveValidator{validator(4)});
  wait(chain, kDelay);
  CHECK(status(chain, first) == Proposal::Status::awaits_epoch);
  CHECK(status(chain, second) == Proposal::Status::awaits_epoch);
  finish_epoch(chain);
  CHECK(status(chain, first) == Proposal::Status::in_force);
  CHECK(status(chain, second) == Proposal::Status::impossible);
  CHECK(proposal_of(chain, second).obstacle == Code::too_few_validators);
  CHECK(keys_of(chain).size() == 4);
}

TEST_CASE("a validator's node gets another key; the validator stays the same") {
  TestChain chain(governed_by(4));
  const ProposalId id = decide(chain, 3, ReplaceValidatorKey{validator(2), validator(9)});
  check_code(chain, hospital(1), AdmitUser{{validator(9)}}, Code::address_taken);
  finish_epoch(chain);
  CHECK(status(chain, id) == Proposal::Status::in_force);
  CHECK(keys_of(chain) == std::vector{validator(1), validator(3), validator(4), validator(9)});
  CHECK(read_validators(chain.state).members[1] ==
        Validator{ValidatorId(2), validator(9), governor(2), "v2"});
  chain.time = chain.time.plus(kTestDay);
  check_code(chain, validator(2), EndEpoch{}, Code::not_validator);
  chain.must(validator(9), {EndEpoch{}});
}

TEST_CASE("an upgrade waits for the epoch that it names, and ends none itself") {
  TestChain chain(governed_by(1));
  const ProposalId later = propose(chain, 1, ScheduleUpgrade{3, Epoch(2)});
  const ProposalId soon = propose(chain, 1, ScheduleUpgrade{2, Epoch(1)});
  CHECK_FALSE(epoch_of(chain).last.has_value());
  propose(chain, 1, SetParameter{"operations_max", 7});
  CHECK(finish_epoch(chain).next_epoch->version == 2);
  CHECK(status(chain, soon) == Proposal::Status::in_force);
  CHECK(status(chain, later) == Proposal::Status::awaits_epoch);
  CHECK(epoch_of(chain).upgrades == std::vector{later});
  check_code(chain, governor(1), Propose{ScheduleUpgrade{2, Epoch(3)}}, Code::upgrade_past);
  check_code(chain, governor(1), Propose{ScheduleUpgrade{4, Epoch(1)}}, Code::upgrade_past);
  propose(chain, 1, SetParameter{"operations_max", 8});
  CHECK(finish_epoch(chain).next_epoch->version == 3);
  CHECK(epoch_of(chain).upgrades.empty());
}

TEST_CASE("only so many decisions wait for one epoch") {
  TestChain chain(governed_by(1));
  std::vector<Operation> many(250, Propose{SetParameter{"operations_max", 7}});
  for (std::size_t n = 0; n < limits::kDecidedMax; n += many.size()) {
    chain.must(governor(1), many);
  }
  const ProposalId late = propose(chain, 1, SetParameter{"operations_max", 8});
  CHECK(status(chain, late) == Proposal::Status::impossible);
  CHECK(proposal_of(chain, late).obstacle == Code::too_many);
  finish_epoch(chain);
  CHECK(read_parameters(chain.state).operations_max == 7);
  const ProposalId again = propose(chain, 1, SetParameter{"operations_max", 8});
  CHECK(status(chain, again) == Proposal::Status::awaits_epoch);
}

TEST_CASE("any validator ends an epoch that is old enough, once") {
  TestChain chain(governed_by(2));
  chain.admit({person(1)});
  check_code(chain, person(1), EndEpoch{}, Code::not_validator);
  check_code(chain, hospital(1), EndEpoch{}, Code::not_validator);
  wait(chain, 598'999);
  check_code(chain, validator(1), EndEpoch{}, Code::epoch_too_young);
  check_code(chain, governor(1), EndEpoch{}, Code::epoch_too_young);
  chain.time = chain.time.plus(1);
  const auto by = GENERATE(validator(1), governor(1));
  chain.must(by, {EndEpoch{}});
  CHECK(epoch_of(chain).last == chain.height.plus(kClosing));
  check_code(chain, validator(2), EndEpoch{}, Code::epoch_closing);
  finish_epoch(chain);
  CHECK(epoch_number(chain) == 1);
  CHECK(keys_of(chain).size() == 2);
  CHECK(set_handovers(chain.state, Epoch(1)).empty());
  check_code(chain, validator(2), EndEpoch{}, Code::epoch_too_young);
}

TEST_CASE("a report of readiness is refused unless it is the joiner's, and of the right block") {
  TestChain chain(governed_by(1));
  chain.admit({person(1)});
  const ProposalId id = propose(chain, 1, AddValidator{validator(9), governor(9), "ninth"});
  const ProposalId other = propose(chain, 1, SetParameter{"operations_max", 7});
  const ProposalId replaced = propose(chain, 1, ReplaceValidatorKey{validator(1), validator(8)});
  check_code(chain, person(1), report(chain, id), Code::not_joiner);
  check_code(chain, validator(1), report(chain, id), Code::wrong_key);
  check_code(chain, governor(1), report(chain, id), Code::wrong_key);
  check_code(chain, governor(9), report(chain, id), Code::not_joiner);
  check_code(chain, validator(9), report(chain, ProposalId(9)), Code::proposal_not_found);
  check_code(chain, validator(9), report(chain, other), Code::not_joiner);
  check_code(chain, validator(8), report(chain, replaced), Code::not_joiner);
  check_code(chain, validator(9), ReportReady{id, Height(1), Hash()}, Code::not_caught_up);

  const Hash base = crypto::blake2b256({"base"});
  const auto code = [&](const Hash& stated) {
    BlockContext context = chain.next_block();
    context.epoch_base = base;
    const Transaction sent =
        make_transaction(validator(9), {ReportReady{id, Height(0), stated}}, 900);
    return BlockExecution(chain.state, context).apply(sent, 0).code;
  };
  CHECK(code(crypto::blake2b256({"another"})) == Code::not_caught_up);
  CHECK(code(base) == Code::ok);
  chain.must(validator(9), {report(chain, id)});
  check_code(chain, validator(9), report(chain, id), Code::proposal_closed);
}
