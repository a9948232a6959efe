// When an epoch ends, what takes force then, and what validators' nodes report.
#include <algorithm>

#include "base/limits.h"
#include "parameter_table.h"
#include "rules.h"
#include "setup.h"

namespace generion::contract::model {

Code Model::check_member() const {
  if (std::holds_alternative<ValidatorId>(sender_)) return Code::ok;
  return world.validator_of(address_) != nullptr ? Code::ok : Code::not_validator;
}

Code Model::rule(const EndEpoch& /*op*/) {
  if (const Code code = check_member(); code != Code::ok) return code;
  if (world.epoch().last) return Code::epoch_closing;
  if (now_.value() < world.epoch().since.value() + world.parameters.epoch_min_ms) {
    return Code::epoch_too_young;
  }
  world.epoch().last = Height(height_.value() + limits::kLogHeights);
  return Code::ok;
}

Code Model::rule(const ReportReady& op) {
  Proposal* proposal = world.proposal(op.proposal_id);
  if (proposal == nullptr) return Code::proposal_not_found;
  const auto* add = std::get_if<AddValidator>(&proposal->action);
  if (add == nullptr || add->key != address_) return Code::not_joiner;
  if (proposal->status != Proposal::Status::awaits_joiner || proposal->expires_at <= now_) {
    return Code::proposal_closed;
  }
  const Height base(world.epoch().first.value() - 1);
  if (op.height != base || op.block_hash != hash_of_block(base)) return Code::not_caught_up;
  if (waiting() >= 1'000) return Code::too_many;
  proposal->status = Proposal::Status::awaits_epoch;
  world.epoch().decided.push_back(op.proposal_id);
  return Code::ok;
}

Code Model::rule(const ReportEvidence& op) {
  if (const Code code = check_member(); code != Code::ok) return code;
  const auto about = check_conflict(chain_hash(), op.evidence);
  if (!about) return about.error().code;
  if (about->epoch > world.epoch_number()) return Code::not_conflicting;
  const auto culprit = world.node_keys.find(op.evidence.culprit);
  if (culprit == world.node_keys.end()) return Code::validator_not_found;
  for (const EvidenceObject& known : world.evidence) {
    if (known.culprit == culprit->second && known.kind == op.evidence.kind &&
        known.about.epoch == about->epoch) {
      return Code::evidence_known;
    }
  }
  EvidenceObject object;
  object.culprit = culprit->second;
  object.kind = op.evidence.kind;
  object.about = *about;
  object.key = op.evidence.culprit;
  object.first = crypto::blake2b256({op.evidence.first.bytes});
  object.second = crypto::blake2b256({op.evidence.second.bytes});
  const auto* by_governance_key = std::get_if<ValidatorId>(&sender_);
  object.reporter =
      by_governance_key != nullptr ? *by_governance_key : world.validator_of(address_)->id;
  object.reported_at = now_;
  world.evidence.push_back(object);
  world.slots.push_back(evidence_key(EvidenceId(world.evidence.size())));
  outcome_.new_ids.push_back(world.evidence.size());
  return Code::ok;
}

std::uint64_t Model::waiting() const {
  return world.epoch().decided.size() + world.epoch().upgrades.size();
}

void Model::await_epoch(Proposal& proposal) {
  if (std::holds_alternative<AddValidator>(proposal.action)) {
    proposal.status = Proposal::Status::awaits_joiner;
    proposal.expires_at = TimeMs(now_.value() + world.parameters.proposal_lifetime_ms);
    return;
  }
  if (waiting() >= 1'000) {
    proposal.status = Proposal::Status::impossible;
    proposal.obstacle = Code::too_many;
    return;
  }
  proposal.status = Proposal::Status::awaits_epoch;
  const bool names_epoch = std::holds_alternative<ScheduleUpgrade>(proposal.action);
  auto& list = names_epoch ? world.epoch().upgrades : world.epoch().decided;
  list.push_back(id_of(proposal));
}

bool Model::end_block() {
  EpochObject& epoch = world.epoch();
  const bool over =
      !epoch.decided.empty() ||
      height_.value() + 1 - epoch.first.value() >= world.parameters.epoch_max_blocks ||
      now_.value() >= epoch.since.value() + world.parameters.epoch_max_ms;
  if (!epoch.last && over) epoch.last = Height(height_.value() + limits::kLogHeights);
  const bool closes = last_height_ != epoch.last;
  last_height_ = epoch.last;
  if (last_height_ != height_) return closes;
  begin_epoch();
  return true;
}

Code Model::check_parameter(const SetParameter& action) const {
  const KnownParameter* known = find_parameter(action.name);
  if (known == nullptr) return Code::parameter_unknown;
  Parameters changed = world.parameters;
  changed.*known->member = action.value;
  const bool in_range = action.value >= known->min && action.value <= known->max &&
                        changed.retention_ms >= changed.delivery_window_ms &&
                        changed.epoch_max_ms >= changed.epoch_min_ms;
  return in_range ? Code::ok : Code::parameter_range;
}

World Model::next_world() const {
  Model ahead = *this;
  ahead.begin_epoch();
  return ahead.world;
}

void Model::begin_epoch() {
  const EpochObject before = world.epoch();
  EpochObject next;
  next.first = height_.next();
  next.since = now_;
  for (const ProposalId id : before.decided) take_force(id);
  for (const ProposalId id : before.upgrades) {
    const auto& upgrade = std::get<ScheduleUpgrade>(world.proposal(id)->action);
    if (upgrade.epoch > world.epoch_number().next()) {
      next.upgrades.push_back(id);
    } else {
      take_force(id);
    }
  }
  next.validators = world.members();
  next.version = world.version;
  world.epochs.push_back(next);
  world.slots.push_back(epoch_key(world.epoch_number()));
}

void Model::take_force(ProposalId id) {
  Proposal& proposal = *world.proposal(id);
  proposal.status = Proposal::Status::impossible;  // its own keys are free for it by now
  if (const Code code = check_action(proposal); code != Code::ok) {
    proposal.obstacle = code;
    return;
  }
  carry_out_with_epoch(proposal.action);
  proposal.status = Proposal::Status::in_force;
  proposal.in_force_at = now_;
}

void Model::carry_out_with_epoch(const GovernanceAction& action) {
  auto& members = world.validators.members;
  if (const auto* add = std::get_if<AddValidator>(&action)) {
    const ValidatorId id(++world.validators_ever);
    members.push_back({id, add->key, add->governance_key, add->name});
    world.node_keys[add->key] = id;
  } else if (const auto* remove = std::get_if<RemoveValidator>(&action)) {
    std::erase_if(members, [remove](const Validator& v) { return v.key == remove->key; });
  } else if (const auto* replace = std::get_if<ReplaceValidatorKey>(&action)) {
    for (Validator& validator : members) {
      if (validator.key == replace->key) {
        validator.key = replace->new_key;
        world.node_keys[replace->new_key] = validator.id;
      }
    }
  } else if (const auto* set = std::get_if<SetParameter>(&action)) {
    world.parameters.*(find_parameter(set->name)->member) = set->value;
  } else if (const auto* types = std::get_if<SetRecordTypes>(&action)) {
    world.parameters.record_types = types->types;
  } else {
    world.version = std::get<ScheduleUpgrade>(action).version;
  }
}

}  // namespace generion::contract::model
