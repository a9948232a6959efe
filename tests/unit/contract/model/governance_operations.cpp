// Sequences' operations of validators: a row for each action that they can propose.
#include <limits>

#include "operations.h"

namespace generion::contract::model {
namespace {

Operation vote_for(const Scene& scene, const Step& step) {
  const ProposalId id(scene.labels.id_of(step.find("proposal").value_or(Value())));
  return Vote{id, step.number("yes", 1) == 1};
}

void draw_vote(Drawing& drawing, Step& step) {
  const Identity who = drawing.who();
  const auto* me = std::get_if<ValidatorId>(&who);
  step.add("proposal", drawing.a_proposal([&](const Proposal& proposal) {
    if (proposal.status != Proposal::Status::open || me == nullptr) return false;
    return std::find(proposal.yes.begin(), proposal.yes.end(), *me) == proposal.yes.end();
  }));
  step.add("yes", drawing.number(drawing.source.one_in(5) ? 0 : 1));
}

void draw_suspend(Drawing& drawing, Step& step) {
  step.add("institution", drawing.an_institution());
}
Operation make_suspend(const Scene& /*scene*/, const Step& step) {
  return SuspendInstitution{key_in(step, "institution")};
}

void draw_mint(Drawing& drawing, Step& step) {
  step.add("as", drawing.new_label('q')).add("to", drawing.a_user());
  const std::uint64_t max = drawing.model.parameters.mint_per_period_max;
  const bool much = drawing.source.one_in(4);
  step.add("amount", much ? drawing.number(max - drawing.source.below(2)) : drawing.an_amount());
}
Operation make_mint(const Scene& /*scene*/, const Step& step) {
  return Propose{Mint{key_in(step, "to"), step.number("amount", 1)}};
}

void draw_accredit(Drawing& drawing, Step& step) {
  step.add("as", drawing.new_label('q'));
  const bool known = drawing.source.one_in(2);
  step.add("institution", known ? drawing.an_institution() : drawing.any('h', 5));
}
Operation make_accredit(const Scene& /*scene*/, const Step& step) {
  const bool has_source = step.number("institution") % 2 == 0;
  return Propose{AccreditInstitution{key_in(step, "institution"), "renewed", "laboratory",
                                     has_source ? "https://data.example" : ""}};
}

void draw_withdraw(Drawing& drawing, Step& step) {
  step.add("as", drawing.new_label('q')).add("institution", drawing.an_institution());
}
Operation make_withdraw(const Scene& /*scene*/, const Step& step) {
  return Propose{WithdrawInstitution{key_in(step, "institution")}};
}

void draw_replace_institution(Drawing& drawing, Step& step) {
  draw_withdraw(drawing, step);
  step.add("to", drawing.a_spare_key());
}
Operation make_replace_institution(const Scene& /*scene*/, const Step& step) {
  return Propose{ReplaceInstitutionKey{key_in(step, "institution"), key_in(step, "to")}};
}

void draw_add_validator(Drawing& drawing, Step& step) {
  step.add("as", drawing.new_label('q'));
  step.add("key", drawing.source.one_in(2) ? drawing.a_validator() : drawing.a_spare_key());
  step.add("governance", drawing.a_spare_key());
}
Operation make_add_validator(const Scene& /*scene*/, const Step& step) {
  return Propose{AddValidator{key_in(step, "key"), key_in(step, "governance"), "new"}};
}

void draw_of_validator(Drawing& drawing, Step& step) {
  step.add("as", drawing.new_label('q')).add("validator", drawing.a_validator());
}
Operation make_remove_validator(const Scene& /*scene*/, const Step& step) {
  return Propose{RemoveValidator{key_in(step, "validator")}};
}

void draw_replace_key(Drawing& drawing, Step& step) {
  draw_of_validator(drawing, step);
  step.add("to", drawing.source.one_in(8) ? drawing.a_validator() : drawing.a_spare_key());
}
Operation make_replace_validator_key(const Scene& /*scene*/, const Step& step) {
  return Propose{ReplaceValidatorKey{key_in(step, "validator"), key_in(step, "to")}};
}
Operation make_replace_governance_key(const Scene& /*scene*/, const Step& step) {
  return Propose{ReplaceGovernanceKey{key_in(step, "validator"), key_in(step, "to")}};
}

// `parameter=n0` is one that there is not, n1 is proofs_max.
void draw_set_parameter(Drawing& drawing, Step& step) {
  step.add("as", drawing.new_label('q'));
  step.add("parameter", drawing.number(drawing.source.below(2)));
  step.add("value", drawing.number(drawing.source.below(80)));
}
Operation make_set_parameter(const Scene& /*scene*/, const Step& step) {
  const bool known = step.number("parameter") == 1;
  return Propose{SetParameter{known ? "proofs_max" : "no_such", step.number("value")}};
}

void draw_other(Drawing& drawing, Step& step) {
  step.add("as", drawing.new_label('q'));
}
Operation make_set_record_types(const Scene& /*scene*/, const Step& /*step*/) {
  return Propose{SetRecordTypes{{"t0", "t1"}}};
}
Operation make_schedule_upgrade(const Scene& /*scene*/, const Step& /*step*/) {
  return Propose{ScheduleUpgrade{2, Epoch(3)}};
}

constexpr OperationKind kOperations[] = {
    {"vote", "v", 16, draw_vote, vote_for},
    {"suspendInstitution", "v", 3, draw_suspend, make_suspend},
    {"proposeMint", "v", 4, draw_mint, make_mint},
    {"proposeAccredit", "v", 2, draw_accredit, make_accredit},
    {"proposeWithdraw", "v", 1, draw_withdraw, make_withdraw},
    {"proposeInstitutionKey", "v", 1, draw_replace_institution, make_replace_institution},
    {"proposeAddValidator", "v", 1, draw_add_validator, make_add_validator},
    {"proposeRemoveValidator", "v", 1, draw_of_validator, make_remove_validator},
    {"proposeValidatorKey", "v", 1, draw_replace_key, make_replace_validator_key},
    {"proposeGovernanceKey", "v", 1, draw_replace_key, make_replace_governance_key},
    {"proposeParameter", "v", 1, draw_set_parameter, make_set_parameter},
    {"proposeRecordTypes", "v", 1, draw_other, make_set_record_types},
    {"proposeUpgrade", "v", 1, draw_other, make_schedule_upgrade},
};

}  // namespace

std::span<const OperationKind> governance_operations() {
  return kOperations;
}

}  // namespace generion::contract::model
