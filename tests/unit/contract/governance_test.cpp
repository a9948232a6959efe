// propose, vote: who, when, how many.
#include "governance_chain.h"

using namespace generion;
using namespace generion::contract;

namespace {

const GovernanceAction kUpgrade = ScheduleUpgrade{2, Epoch(7)};

}  // namespace

TEST_CASE("more than two thirds of the validators pass a proposal, and not one less") {
  const auto [validators, needed] = GENERATE(table<int, int>(
      {{1, 1}, {2, 2}, {3, 3}, {4, 3}, {5, 4}, {6, 5}, {7, 5}, {10, 7}, {100, 67}}));
  TestChain chain(governed_by(static_cast<std::uint8_t>(validators)));
  const ProposalId id = propose(chain, 1, kUpgrade);
  for (int n = 2; n <= needed; ++n) {
    CHECK(proposal_of(chain, id).status == Proposal::Status::open);
    vote(chain, static_cast<std::uint8_t>(n), id);
  }
  const Proposal proposal = proposal_of(chain, id);
  CHECK(proposal.status == Proposal::Status::awaits_epoch);
  CHECK(proposal.yes.size() == static_cast<std::size_t>(needed));
  CHECK(proposal.decided_at == chain.time);
  CHECK_FALSE(proposal.in_force_at.has_value());
}

TEST_CASE("a proposal that can no longer pass is rejected at once") {
  const auto [validators, needed] =
      GENERATE(table<int, int>({{2, 1}, {3, 1}, {4, 2}, {7, 3}, {10, 4}}));
  TestChain chain(governed_by(static_cast<std::uint8_t>(validators)));
  const ProposalId id = propose(chain, 1, kUpgrade);
  for (int n = 2; n <= needed + 1; ++n) {
    CHECK(proposal_of(chain, id).status == Proposal::Status::open);
    vote(chain, static_cast<std::uint8_t>(n), id, false);
  }
  CHECK(proposal_of(chain, id).status == Proposal::Status::rejected);
  CHECK(proposal_of(chain, id).decided_at == chain.time);
  check_code(chain, governor(1), Vote{id, true}, Code::proposal_closed);
  CHECK(chain.last_message.find("rejected") != std::string::npos);
  CHECK(wait(chain, kLifetime).empty());
}

TEST_CASE("votes stand in the proposal in order, whenever they came") {
  TestChain chain(governed_by(7));
  const ProposalId id = propose(chain, 4, kUpgrade);
  vote(chain, 6, id);
  vote(chain, 7, id, false);
  vote(chain, 2, id);
  vote(chain, 1, id, false);
  const Proposal proposal = proposal_of(chain, id);
  CHECK(proposal.status == Proposal::Status::open);
  CHECK(proposal.proposer == ValidatorId(4));
  CHECK(proposal.yes == std::vector{ValidatorId(2), ValidatorId(4), ValidatorId(6)});
  CHECK(proposal.no == std::vector{ValidatorId(1), ValidatorId(7)});
  CHECK(proposal.created_at == TimeMs(kTestTime));
  CHECK(proposal.expires_at == TimeMs(kTestTime + kLifetime));
  CHECK(proposal.action == kUpgrade);
}

TEST_CASE("only validators govern, and with their governance keys they do nothing else") {
  TestChain chain(governed_by(4));
  chain.admit({person(1)});
  const ProposalId id = propose(chain, 1, kUpgrade);
  for (const Address& sender : {person(1), hospital(1)}) {
    check_code(chain, sender, Propose{kUpgrade}, Code::not_validator);
    check_code(chain, sender, Vote{id, true}, Code::not_validator);
    check_code(chain, sender, SuspendInstitution{hospital(1)}, Code::not_validator);
  }
  check_code(chain, validator(1), Vote{id, true}, Code::wrong_key);
  check_code(chain, governor(1), record_for(person(1)), Code::wrong_key);
  check_code(chain, governor(1), AnchorLog{crypto::blake2b256({"x"}), 1}, Code::wrong_key);
}

TEST_CASE("votes are refused on what is not there, closed or voted on") {
  TestChain chain(governed_by(4));
  const ProposalId id = propose(chain, 1, kUpgrade);
  check_code(chain, governor(2), Vote{ProposalId(0), true}, Code::proposal_not_found);
  check_code(chain, governor(2), Vote{ProposalId(2), true}, Code::proposal_not_found);
  check_code(chain, governor(1), Vote{id, true}, Code::already_voted);
  check_code(chain, governor(1), Vote{id, false}, Code::already_voted);
  vote(chain, 2, id, false);
  check_code(chain, governor(2), Vote{id, true}, Code::already_voted);
  vote(chain, 3, id);
  vote(chain, 4, id);
  check_code(chain, governor(4), Vote{id, true}, Code::proposal_closed);
  CHECK(chain.last_message.find("awaits_epoch") != std::string::npos);
}

TEST_CASE("a proposal lapses when its time is over, to the millisecond") {
  TestChain chain(governed_by(4));
  const ProposalId id = propose(chain, 1, kUpgrade);
  CHECK(wait(chain, kLifetime - 1).empty());
  vote(chain, 2, id);
  chain.time = chain.time.plus(1);
  // Its turn may come in a later block; it takes no votes until then.
  check_code(chain, governor(3), Vote{id, true}, Code::proposal_closed);
  CHECK(chain.last_message.find("lapsed") != std::string::npos);
  CHECK(wait(chain, 0) ==
        std::vector<SystemReceipt>{{DueKind::proposal_lapse, id.value(), Code::ok}});
  CHECK(proposal_of(chain, id).status == Proposal::Status::lapsed);
  CHECK_FALSE(proposal_of(chain, id).decided_at.has_value());
  CHECK(wait(chain, kLifetime).empty());
}

TEST_CASE("a validator has at most 16 open proposals") {
  TestChain chain(governed_by(4));
  for (int n = 1; n <= 15; ++n) propose(chain, 1, kUpgrade);
  // Two at once: both or none.
  CHECK(chain.run(governor(1), {Propose{kUpgrade}, Propose{kUpgrade}}).code ==
        Code::proposal_limit);
  propose(chain, 1, kUpgrade);
  check_code(chain, governor(1), Propose{kUpgrade}, Code::proposal_limit);
  propose(chain, 2, kUpgrade);

  SECTION("one that is decided makes room") {
    for (const std::uint8_t n : {2, 3}) vote(chain, n, ProposalId(5));
    propose(chain, 1, kUpgrade);
  }
  SECTION("so does one that is rejected") {
    for (const std::uint8_t n : {2, 3}) vote(chain, n, ProposalId(5), false);
    propose(chain, 1, kUpgrade);
  }
  SECTION("so do those that lapse") {
    CHECK(wait(chain, kLifetime).size() == 17);
    for (int n = 1; n <= 16; ++n) propose(chain, 1, kUpgrade);
  }
  check_code(chain, governor(1), Propose{kUpgrade}, Code::proposal_limit);
}

TEST_CASE("once all are closed, nothing is left of the count of open ones, nor due") {
  TestChain chain(governed_by(2));
  const auto rows = chain.state.lookups();
  const ProposalId id = propose(chain, 1, kUpgrade);
  CHECK(chain.state.lookups().size() == rows.size() + 2);
  vote(chain, 2, id);
  CHECK(chain.state.lookups() == rows);
}

TEST_CASE("several operations of validators in one transaction see each other") {
  TestChain chain(governed_by(1));
  const auto ids = chain.must(
      governor(1), {Propose{AccreditInstitution{hospital(3), "Third", "laboratory", ""}},
                    SuspendInstitution{hospital(3)}, Propose{WithdrawInstitution{hospital(3)}}});
  CHECK(ids == std::vector<std::uint64_t>{1, 2});
  CHECK(institution_of(chain, hospital(3)).status == Institution::Status::withdrawn);
  CHECK_FALSE(next_due(chain.state).has_value());

  const MemoryState before = chain.state;
  const Receipt receipt = chain.run(
      governor(1), {Propose{WithdrawInstitution{hospital(1)}}, Vote{ProposalId(9), true}});
  CHECK(receipt.code == Code::proposal_not_found);
  CHECK(receipt.failed_operation == 1);
  CHECK(chain.state == before);
}

TEST_CASE("votes of several validators in one block") {
  TestChain chain(governed_by(4));
  const ProposalId id = propose(chain, 1, WithdrawInstitution{hospital(1)});
  BlockExecution block(chain.state, chain.next_block());
  CHECK(block.handle_due().empty());
  const auto votes = [&](std::uint8_t by, std::uint32_t place) {
    return block.apply(make_transaction(governor(by), {Vote{id, true}}, 100 + place), place).code;
  };
  CHECK(votes(2, 0) == Code::ok);
  CHECK(votes(2, 1) == Code::already_voted);
  CHECK(votes(3, 2) == Code::ok);
  CHECK(votes(4, 3) == Code::proposal_closed);
  CHECK(block.apply(make_transaction(hospital(1), {record_for(person(1))}, 200), 4).code ==
        Code::institution_not_accredited);
  chain.state.apply(std::move(block).finish());
  CHECK(proposal_of(chain, id).status == Proposal::Status::in_force);
}
