// Sequences' operations of validators: a row for each action that they can propose.
#include <fmt/core.h>

#include <algorithm>
#include <limits>

#include "operations.h"
#include "parameter_table.h"

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
  const std::uint64_t max = drawing.model.world.parameters.mint_per_period_max;
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
  step.add("key", drawing.source.one_in(4) ? drawing.a_validator() : drawing.any('v', 16));
  step.add("governance", drawing.source.one_in(4) ? drawing.anybody() : drawing.any('g', 16));
}
Operation make_add_validator(const Scene& /*scene*/, const Step& step) {
  return Propose{AddValidator{key_in(step, "key"), key_in(step, "governance"), "new"}};
}

void draw_of_validator(Drawing& drawing, Step& step) {
  step.add("as", drawing.new_label('q')).add("validator", drawing.a_validator());
}
void draw_remove_validator(Drawing& drawing, Step& step) {
  draw_of_validator(drawing, step);
  step.add("force", drawing.number(drawing.source.below(2)));
}
Operation make_remove_validator(const Scene& /*scene*/, const Step& step) {
  return Propose{RemoveValidator{key_in(step, "validator"), step.number("force") == 1}};
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

constexpr std::string_view kTogether[] = {"delivery_window_ms", "retention_ms", "epoch_min_ms",
                                          "epoch_max_ms"};

// Of the one that has to fit to this one; empty: there is none.
std::string_view partner_of(std::string_view name) {
  for (std::size_t i = 0; i < std::size(kTogether); ++i) {
    if (kTogether[i] == name) return kTogether[i ^ 1];
  }
  return {};
}

// Its place in the table, from 1.
std::uint64_t number_of(std::string_view name) {
  return static_cast<std::uint64_t>(find_parameter(name) - kKnownParameters) + 1;
}

// `parameter=n0` is one that there is not, n1 the first of the table.
void draw_set_parameter(Drawing& drawing, Step& step) {
  step.add("as", drawing.new_label('q'));
  std::string_view together;
  if (const auto* waiting = drawing.a_waiting<SetParameter>()) together = partner_of(waiting->name);
  if (together.empty() && drawing.source.one_in(4)) together = drawing.source.pick(kTogether);
  if (!together.empty()) {
    step.add("parameter", drawing.number(number_of(together)));
    step.add("value", drawing.number(find_parameter(together)->usual));
    return;
  }
  const std::uint64_t number = drawing.source.below(std::size(kKnownParameters) + 1);
  step.add("parameter", drawing.number(number));
  const KnownParameter& known = kKnownParameters[number == 0 ? 0 : number - 1];
  const std::uint64_t below = known.min == 0 ? 0 : known.min - 1;
  const std::uint64_t values[] = {
      known.usual, known.usual, known.usual,   default_parameters().*known.member,
      known.min,   known.max,   known.max + 1, below};
  step.add("value", drawing.number(drawing.source.pick(values)));
}
Operation make_set_parameter(const Scene& /*scene*/, const Step& step) {
  const std::uint64_t number = step.number("parameter");
  const bool known = number >= 1 && number <= std::size(kKnownParameters);
  const std::string_view name = known ? kKnownParameters[number - 1].name : "no_such";
  return Propose{SetParameter{std::string(name), step.number("value")}};
}

void draw_set_record_types(Drawing& drawing, Step& step) {
  step.add("as", drawing.new_label('q')).add("types", drawing.number(drawing.source.below(5)));
}
// So many: t0, t1, ...
Operation make_set_record_types(const Scene& /*scene*/, const Step& step) {
  SetRecordTypes out;
  const std::uint64_t count = std::min<std::uint64_t>(step.number("types"), 9);
  for (std::uint64_t n = 0; n < count; ++n) out.types.push_back(fmt::format("t{}", n));
  return Propose{out};
}

void draw_schedule_upgrade(Drawing& drawing, Step& step) {
  const World& world = drawing.world();
  step.add("as", drawing.new_label('q'));
  step.add("version", drawing.number(world.version + drawing.source.below(4)));
  const auto* waiting = drawing.a_waiting<ScheduleUpgrade>();
  const std::uint64_t epoch = world.epoch_number().value() + drawing.source.below(4);
  step.add("epoch", drawing.number(waiting != nullptr ? waiting->epoch.value() : epoch));
}
Operation make_schedule_upgrade(const Scene& /*scene*/, const Step& step) {
  return Propose{ScheduleUpgrade{step.number("version", 2), Epoch(step.number("epoch", 1))}};
}

constexpr OperationKind kOperations[] = {
    {"vote", "v", 4, draw_vote, vote_for},
    {"suspendInstitution", "v", 3, draw_suspend, make_suspend},
    {"proposeMint", "v", 4, draw_mint, make_mint},
    {"proposeAccredit", "v", 2, draw_accredit, make_accredit},
    {"proposeWithdraw", "v", 1, draw_withdraw, make_withdraw},
    {"proposeInstitutionKey", "v", 1, draw_replace_institution, make_replace_institution},
    {"proposeAddValidator", "v", 2, draw_add_validator, make_add_validator},
    {"proposeRemoveValidator", "v", 3, draw_remove_validator, make_remove_validator},
    {"proposeValidatorKey", "v", 2, draw_replace_key, make_replace_validator_key},
    {"proposeGovernanceKey", "v", 1, draw_replace_key, make_replace_governance_key},
    {"proposeParameter", "v", 4, draw_set_parameter, make_set_parameter},
    {"proposeRecordTypes", "v", 1, draw_set_record_types, make_set_record_types},
    {"proposeUpgrade", "v", 3, draw_schedule_upgrade, make_schedule_upgrade},
};

}  // namespace

std::span<const OperationKind> governance_operations() {
  return kOperations;
}

}  // namespace generion::contract::model
