// Every action by its command.
#include "market_fixture.h"

namespace generion::cli {
namespace {

struct Governed : Market {
  Governed() {
    new_ids = {4};
    node.methods["getProposal"] = [](const auto&) {
      return boost::json::object{{"proposal_id", 4}, {"status", "open"}};
    };
  }

  GovernanceAction propose(std::vector<std::string> arguments) {
    sent.clear();
    arguments.insert(arguments.begin(), {"--json", "gov", "propose"});
    INFO(arguments[3]);
    REQUIRE((*this)(arguments) == 0);
    CHECK(json().at("status") == "open");
    return only<Propose>().action;
  }
};

const PublicKey kOld = *PublicKey::from(Bytes(32, 'o'));
const PublicKey kNew = *PublicKey::from(Bytes(32, 'n'));

}  // namespace

TEST_CASE("each action is proposed as it was typed") {
  Governed cli;
  const std::string old_hex = to_hex(kOld);
  const std::string old_text = address_text(kOld);
  const std::string new_text = address_text(kNew);
  CHECK(cli.propose({"add-validator", old_hex, "--governance-key", new_text, "--name", "second"}) ==
        GovernanceAction(AddValidator{kOld, kNew, "second"}));
  CHECK(cli.propose({"remove-validator", old_text}) == GovernanceAction(RemoveValidator{kOld}));
  CHECK(cli.propose({"replace-validator-key", old_hex, new_text}) ==
        GovernanceAction(ReplaceValidatorKey{kOld, kNew}));
  CHECK(cli.propose({"replace-governance-key", old_hex, new_text}) ==
        GovernanceAction(ReplaceGovernanceKey{kOld, kNew}));
  CHECK(cli.propose({"accredit-institution", old_text, "--name", "Clinic", "--kind", "clinic",
                     "--data-source", "https://a.example"}) ==
        GovernanceAction(AccreditInstitution{kOld, "Clinic", "clinic", "https://a.example"}));
  CHECK(cli.propose({"withdraw-institution", old_text}) ==
        GovernanceAction(WithdrawInstitution{kOld}));
  CHECK(cli.propose({"replace-institution-key", old_text, new_text}) ==
        GovernanceAction(ReplaceInstitutionKey{kOld, kNew}));
  CHECK(cli.propose({"mint", old_text, "2.5"}) == GovernanceAction(Mint{kOld, 250'000'000}));
  CHECK(cli.propose({"set-parameter", "proofs_max", "8"}) ==
        GovernanceAction(SetParameter{"proofs_max", 8}));
  CHECK(cli.propose({"set-record-types", "Observation", "Condition"}) ==
        GovernanceAction(SetRecordTypes{{"Condition", "Observation"}}));
  CHECK(cli.propose({"schedule-upgrade", "2", "9"}) ==
        GovernanceAction(ScheduleUpgrade{2, Epoch(9)}));
}

TEST_CASE("actions that are wrong are not sent") {
  Governed cli;
  const std::string address = address_text(kOld);
  CHECK(cli({"gov", "propose", "remove-validator", "abc"}) == 1);
  CHECK(cli({"gov", "propose", "withdraw-institution", "gen1x"}) == 1);
  CHECK(cli({"gov", "propose", "mint", address, "much"}) == 2);
  CHECK(cli({"gov", "propose", "mint", address, "0"}) == 1);
  CHECK(cli({"gov", "propose", "set-parameter", "proofs_max", "many"}) == 2);
  CHECK(cli({"gov", "propose", "accredit-institution", address, "--name", "C", "--data-source",
             "http://a.example"}) == 1);
  CHECK(cli({"gov", "propose", "nothing"}) == 2);
  CHECK(cli({"gov", "propose"}) == 2);
  CHECK(cli.sent.empty());
}

TEST_CASE("votes, suspensions, anchored logs") {
  Governed cli;
  CHECK(cli({"gov", "vote", "4", "no"}) == 0);
  CHECK(cli.only<Vote>() == Vote{ProposalId(4), false});
  cli.sent.clear();
  CHECK(cli({"gov", "vote", "4", "yes"}) == 0);
  CHECK(cli.only<Vote>().yes);
  CHECK(cli({"gov", "vote", "4"}) == 2);
  cli.sent.clear();
  CHECK(cli({"gov", "suspend", address_text(kOld)}) == 0);
  CHECK(cli.only<SuspendInstitution>().address == kOld);
  cli.sent.clear();
  CHECK(cli({"institution", "anchor-log", std::string(64, 'a'), "12"}) == 0);
  CHECK(cli.only<AnchorLog>().count == 12);
  CHECK(cli({"institution", "anchor-log", "aa", "12"}) == 2);
  CHECK(cli({"institution", "anchor-log", std::string(64, 'a'), "0"}) == 2);
}

TEST_CASE("proposals, validators and parameters for people") {
  Governed cli;
  cli.node.methods["getProposalList"] = [](const auto&) {
    return boost::json::object{{"items",
                                {{{"proposal_id", 4},
                                  {"status", "open"},
                                  {"yes", {1, 2}},
                                  {"action", {{"action", "mint"}, {"amount", "5"}}}}}}};
  };
  cli.node.methods["getValidatorSet"] = [](const auto&) {
    return boost::json::object{
        {"quorum", 3}, {"validators", {{{"validator_id", 1}, {"name", "\x1b[2J"}, {"key", "ab"}}}}};
  };
  cli.node.methods["getParameters"] = [](const auto&) {
    return boost::json::object{{"proofs_max", 64}, {"tx_window_ms", 3'600'000}};
  };
  CHECK(cli({"gov", "list"}) == 0);
  CHECK(cli.says("open    1, 2"));
  CHECK(cli.says("mint"));
  CHECK(cli({"gov", "show", "4"}) == 0);
  CHECK(cli({"gov", "validators"}) == 0);
  CHECK(cli.says("Quorum: 3"));
  CHECK(cli.says("\\x1b[2J"));
  CHECK(cli({"gov", "parameters"}) == 0);
  CHECK(cli.out == "proofs_max    64\ntx_window_ms  1h\n");
}

}  // namespace generion::cli
