#include "contract/epoch.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "base/limits.h"
#include "contract/decisions.h"
#include "contract/due_handlers.h"

namespace generion::contract {
namespace {

// The keys that a decision will make a validator's.
std::vector<PublicKey> keys_wanted(const GovernanceAction& action) {
  if (const auto* add = std::get_if<AddValidator>(&action)) return {add->key, add->governance_key};
  if (const auto* replace = std::get_if<ReplaceValidatorKey>(&action)) return {replace->new_key};
  return {};
}

void reserve_keys(WorkingState& state, ProposalId id, const GovernanceAction& action) {
  for (const PublicKey& key : keys_wanted(action)) state.set_identity(key, ReservedFor{id});
}

void release_keys(WorkingState& state, ProposalId id, const GovernanceAction& action) {
  for (const PublicKey& key : keys_wanted(action)) {
    if (state.identify(key) == Identity(ReservedFor{id})) state.set_identity(key, Identity());
  }
}

// What is done when an epoch is over.
struct TakeForce {
  WorkingState& state;
  EpochObject& next;

  Validator& member(const PublicKey& key) const {
    auto& members = state.change_validators().members;
    const auto found =
        std::find_if(members.begin(), members.end(),
                     [&key](const Validator& candidate) { return candidate.key == key; });
    GENERION_ASSERT(found != members.end());
    return *found;
  }

  void operator()(const AddValidator& a) const {
    const ValidatorId id(++state.change_counters().validators);
    state.change_validators().members.push_back({id, a.key, a.governance_key, a.name});
    state.set_identity(a.key, NodeKeyOf{id});
    state.set_identity(a.governance_key, id);
  }
  // The key of its node stays known as its own: evidence may still come.
  void operator()(const RemoveValidator& a) const {
    state.set_identity(member(a.key).governance_key, Identity());
    std::erase_if(state.change_validators().members,
                  [&a](const Validator& candidate) { return candidate.key == a.key; });
  }
  void operator()(const ReplaceValidatorKey& a) const {
    Validator& changed = member(a.key);
    changed.key = a.new_key;
    state.set_identity(a.new_key, NodeKeyOf{changed.id});
  }
  void operator()(const SetParameter& a) const {
    auto changed = set_parameter(state.parameters(), a.name, a.value);
    GENERION_ASSERT(changed.has_value());
    state.set_parameters(std::move(*changed));
  }
  void operator()(const SetRecordTypes& a) const {
    Parameters parameters = state.parameters();
    parameters.record_types = a.types;
    state.set_parameters(std::move(parameters));
  }
  void operator()(const ScheduleUpgrade& a) const { next.version = a.version; }
  // These take force when they are decided, or fall due.
  void operator()(const ReplaceGovernanceKey& /*a*/) const { GENERION_ASSERT(false); }
  void operator()(const AccreditInstitution& /*a*/) const { GENERION_ASSERT(false); }
  void operator()(const WithdrawInstitution& /*a*/) const { GENERION_ASSERT(false); }
  void operator()(const ReplaceInstitutionKey& /*a*/) const { GENERION_ASSERT(false); }
  void operator()(const Mint& /*a*/) const { GENERION_ASSERT(false); }
};

void take_force(WorkingState& state, TimeMs now, ProposalId id, EpochObject& next) {
  Proposal& proposal = state.change_proposal(id);
  if (const auto ok = check_decision(state, now, proposal, id); !ok) {
    release_keys(state, id, proposal.action);
    static_cast<void>(fail_proposal(proposal, ok.error()));
    return;
  }
  std::visit(TakeForce{state, next}, proposal.action);
  proposal.status = Proposal::Status::in_force;
  proposal.in_force_at = now;
}

Epoch number_of(const WorkingState& state) {
  return Epoch(state.counters().epoch);
}

void begin_next(WorkingState& state, const BlockContext& block) {
  const EpochObject before = state.epoch();
  EpochObject next;
  next.first = block.height.next();
  next.since = block.time;
  next.version = before.version;
  for (const ProposalId id : before.decided) take_force(state, block.time, id, next);
  for (const ProposalId id : before.upgrades) {
    const auto& upgrade = std::get<ScheduleUpgrade>(state.find_proposal(id)->action);
    if (upgrade.epoch <= number_of(state).next()) {
      take_force(state, block.time, id, next);
    } else {
      next.upgrades.push_back(id);
    }
  }
  next.validators = set_of(state.validators());
  if (next.validators != before.validators) {
    state.put_row(set_change_key(number_of(state)), Bytes());
  }
  state.begin_epoch(std::move(next));
}

bool is_full(const EpochObject& epoch) {
  return epoch.decided.size() + epoch.upgrades.size() >= limits::kDecidedMax;
}

Error too_many_wait() {
  return {Code::too_many,
          fmt::format("{} decisions wait for an epoch, as many as there can be; they have to take "
                      "force first",
                      limits::kDecidedMax)};
}

bool is_over(WorkingState& state, const BlockContext& block) {
  const EpochObject& epoch = state.epoch();
  const Parameters& parameters = state.parameters();
  return !epoch.decided.empty() ||
         block.height.value() - epoch.first.value() + 1 >= parameters.epoch_max_blocks ||
         block.time.value() - epoch.since.value() >= parameters.epoch_max_ms;
}

}  // namespace

EpochRules rules_of(WorkingState& state) {
  const EpochObject& epoch = state.epoch();
  return {number_of(state), epoch.first, epoch.validators, state.parameters(), epoch.version};
}

EpochRules read_rules(const StateReader& state) {
  WorkingState working(state);
  return rules_of(working);
}

NextEpoch read_next_epoch(const StateReader& state) {
  WorkingState working(state);
  const EpochObject& epoch = working.epoch();
  const Height last = epoch.last.value_or(epoch.first);
  begin_next(working, {last, epoch.since});
  return {rules_of(working), working.validators()};
}

std::optional<Height> read_last_height(const StateReader& state) {
  return WorkingState(state).epoch().last;
}

void close_epoch(WorkingState& state, Height height) {
  if (!state.epoch().last) state.change_epoch().last = height.plus(limits::kLogHeights);
}

void end_block(WorkingState& state, const BlockContext& block) {
  if (!state.epoch().last && is_over(state, block)) close_epoch(state, block.height);
  if (state.epoch().last == block.height) begin_next(state, block);
}

Result<void> await_epoch(WorkingState& state, TimeMs now, ProposalId id) {
  Proposal& proposal = state.change_proposal(id);
  if (std::holds_alternative<AddValidator>(proposal.action)) {
    proposal.status = Proposal::Status::awaits_joiner;
    proposal.expires_at = now.plus(state.parameters().proposal_lifetime_ms);
    state.add_due({proposal.expires_at, DueKind::proposal_lapse, id.value()});
  } else {
    if (is_full(state.epoch())) return fail_proposal(proposal, too_many_wait());
    proposal.status = Proposal::Status::awaits_epoch;
    EpochObject& epoch = state.change_epoch();
    const bool names_epoch = std::holds_alternative<ScheduleUpgrade>(proposal.action);
    (names_epoch ? epoch.upgrades : epoch.decided).push_back(id);
  }
  reserve_keys(state, id, proposal.action);
  return {};
}

Result<void> admit_joiner(WorkingState& state, ProposalId id) {
  if (is_full(state.epoch())) return fail(too_many_wait());
  Proposal& proposal = state.change_proposal(id);
  state.remove_due({proposal.expires_at, DueKind::proposal_lapse, id.value()});
  proposal.status = Proposal::Status::awaits_epoch;
  state.change_epoch().decided.push_back(id);
  return {};
}

void lapse_joiner(WorkingState& state, ProposalId id) {
  Proposal& proposal = state.change_proposal(id);
  proposal.status = Proposal::Status::lapsed;
  release_keys(state, id, proposal.action);
}

}  // namespace generion::contract
