// What validators propose and decide.
#include <algorithm>
#include <limits>

#include "base/limits.h"
#include "rules.h"

namespace generion::contract::model {
namespace {

bool waits(const GovernanceAction& action) {
  return std::holds_alternative<Mint>(action) || std::holds_alternative<RemoveValidator>(action);
}

}  // namespace

Code Model::rule(const Propose& op) {
  const ValidatorId by = std::get<ValidatorId>(sender_);
  if (world.open_proposals_of(by) >= limits::kOpenProposalsMax) return Code::proposal_limit;
  Proposal proposal;
  proposal.action = op.action;
  proposal.proposer = by;
  proposal.yes = {by};
  proposal.created_at = now_;
  proposal.expires_at = TimeMs(now_.value() + world.parameters.proposal_lifetime_ms);
  if (const auto* mint = std::get_if<Mint>(&op.action)) proposal.mint_to = user_at(mint->to);
  if (const Code code = check_action(proposal); code != Code::ok) return code;
  world.proposals.push_back(proposal);
  const std::uint64_t number = world.proposals.size();
  world.slots.push_back(proposal_key(ProposalId(number)));
  settle(number);
  outcome_.new_ids.push_back(number);
  return Code::ok;
}

Code Model::rule(const Vote& op) {
  const ValidatorId by = std::get<ValidatorId>(sender_);
  Proposal* proposal = world.proposal(op.proposal_id);
  if (proposal == nullptr) return Code::proposal_not_found;
  if (proposal->status != Proposal::Status::open || proposal->expires_at <= now_) {
    return Code::proposal_closed;
  }
  if (has_voted(*proposal, by)) return Code::already_voted;
  auto& votes = op.yes ? proposal->yes : proposal->no;
  votes.push_back(by);
  std::sort(votes.begin(), votes.end());
  settle(op.proposal_id.value());
  return Code::ok;
}

Code Model::rule(const SuspendInstitution& op) {
  const ValidatorId by = std::get<ValidatorId>(sender_);
  const Identity identity = world.whose(op.address);
  const auto* id = std::get_if<InstitutionId>(&identity);
  if (id == nullptr) return Code::institution_not_found;
  Institution& institution = world.institution(*id);
  if (institution.status == Institution::Status::suspended) return Code::already_suspended;
  if (institution.status == Institution::Status::withdrawn) {
    return Code::institution_not_accredited;
  }
  auto votes = institution.suspension_votes;
  std::erase_if(votes, [&](const SuspensionVote& vote) {
    return count_members({vote.validator}) == 0 ||
           vote.time.value() + world.parameters.proposal_lifetime_ms <= now_.value();
  });
  for (const SuspensionVote& vote : votes) {
    if (vote.validator == by) return Code::already_voted;
  }
  votes.push_back({by, now_});
  std::sort(votes.begin(), votes.end(), [](const SuspensionVote& a, const SuspensionVote& b) {
    return a.validator < b.validator;
  });
  if (votes.size() < (world.validators.members.size() - 1) / 3 + 1) {
    institution.suspension_votes = votes;
    return Code::ok;
  }
  set_status(institution, Institution::Status::suspended);
  institution.suspended_until = TimeMs(now_.value() + world.parameters.suspension_ms);
  return Code::ok;
}

Code Model::check_action(const Proposal& proposal) const {
  const auto is_free = [this](const PublicKey& key) {
    return std::holds_alternative<std::monostate>(world.whose(key));
  };
  const auto institution_at = [this](const Address& address) -> const Institution* {
    const Identity identity = world.whose(address);
    const auto* id = std::get_if<InstitutionId>(&identity);
    return id != nullptr ? &world.institution(*id) : nullptr;
  };
  if (const auto* a = std::get_if<AddValidator>(&proposal.action)) {
    if (world.validators.members.size() >= 100) return Code::too_many;
    if (world.validator_of(a->key) != nullptr) return Code::validator_exists;
    const bool free = is_free(a->key) && is_free(a->governance_key) && a->key != a->governance_key;
    return free ? Code::ok : Code::address_taken;
  }
  if (const auto* a = std::get_if<RemoveValidator>(&proposal.action)) {
    if (world.validator_of(a->key) == nullptr) return Code::validator_not_found;
    const std::size_t left = world.validators.members.size() - 1;
    return left >= 4 || (a->force && left > 0) ? Code::ok : Code::too_few_validators;
  }
  if (const auto* a = std::get_if<ReplaceValidatorKey>(&proposal.action)) {
    if (world.validator_of(a->key) == nullptr) return Code::validator_not_found;
    if (world.validator_of(a->new_key) != nullptr) return Code::validator_exists;
    return is_free(a->new_key) ? Code::ok : Code::address_taken;
  }
  if (const auto* a = std::get_if<ReplaceGovernanceKey>(&proposal.action)) {
    if (world.validator_of(a->key) == nullptr) return Code::validator_not_found;
    return is_free(a->new_governance_key) ? Code::ok : Code::address_taken;
  }
  if (const auto* a = std::get_if<AccreditInstitution>(&proposal.action)) {
    if (const Institution* known = institution_at(a->address)) {
      const bool accredited = known->status == Institution::Status::accredited;
      return accredited ? Code::address_taken : Code::ok;
    }
    if (!is_free(a->address)) return Code::address_taken;
    return world.institutions.size() < 1'000 ? Code::ok : Code::too_many;
  }
  if (const auto* a = std::get_if<WithdrawInstitution>(&proposal.action)) {
    const Institution* known = institution_at(a->address);
    if (known == nullptr) return Code::institution_not_found;
    const bool withdrawn = known->status == Institution::Status::withdrawn;
    return withdrawn ? Code::institution_not_accredited : Code::ok;
  }
  if (const auto* a = std::get_if<ReplaceInstitutionKey>(&proposal.action)) {
    if (institution_at(a->address) == nullptr) return Code::institution_not_found;
    return is_free(a->new_address) ? Code::ok : Code::address_taken;
  }
  if (const auto* a = std::get_if<Mint>(&proposal.action)) {
    if (!proposal.mint_to) return Code::user_not_found;
    const bool same_period = world.mint_period == now_.value() / world.parameters.mint_period_ms;
    const std::uint64_t used = same_period ? world.minted_in_period : 0;
    const std::uint64_t max = world.parameters.mint_per_period_max;
    if (used > max || a->amount > max - used) return Code::mint_limit;
    const bool countable = a->amount <= std::numeric_limits<std::uint64_t>::max() - world.minted();
    return countable ? Code::ok : Code::overflow;
  }
  if (const auto* a = std::get_if<SetParameter>(&proposal.action)) return check_parameter(*a);
  if (const auto* a = std::get_if<ScheduleUpgrade>(&proposal.action)) {
    const bool later = a->version > world.version && a->epoch > world.epoch_number();
    return later ? Code::ok : Code::upgrade_past;
  }
  return Code::ok;
}

std::uint64_t Model::count_members(const std::vector<ValidatorId>& votes) const {
  std::uint64_t out = 0;
  for (const Validator& validator : world.validators.members) {
    out += static_cast<std::uint64_t>(std::count(votes.begin(), votes.end(), validator.id));
  }
  return out;
}

void Model::settle(std::uint64_t number) {
  Proposal& proposal = world.proposals[number - 1];
  const std::uint64_t all = world.validators.members.size();
  const bool passes = 3 * count_members(proposal.yes) > 2 * all;
  const bool fails = 3 * (all - count_members(proposal.no)) <= 2 * all;
  if (!passes && !fails) return;
  proposal.decided_at = now_;
  if (fails) {
    proposal.status = Proposal::Status::rejected;
  } else if (waits(proposal.action)) {
    proposal.status = Proposal::Status::passed;
    proposal.in_force_at = TimeMs(now_.value() + world.parameters.governance_delay_ms);
  } else {
    enforce(proposal);
  }
}

// What is decided and has waited, if it had to.
void Model::enforce(Proposal& proposal) {
  proposal.in_force_at.reset();
  if (const Code code = check_action(proposal); code != Code::ok) {
    proposal.status = Proposal::Status::impossible;
    proposal.obstacle = code;
    return;
  }
  if (!carry_out(proposal)) return await_epoch(proposal);
  proposal.status = Proposal::Status::in_force;
  proposal.in_force_at = now_;
}

// False: it takes an epoch.
bool Model::carry_out(Proposal& proposal) {
  if (const auto* a = std::get_if<ReplaceGovernanceKey>(&proposal.action)) {
    for (Validator& validator : world.validators.members) {
      if (validator.key == a->key) validator.governance_key = a->new_governance_key;
    }
  } else if (const auto* accredit = std::get_if<AccreditInstitution>(&proposal.action)) {
    const Identity identity = world.whose(accredit->address);
    const auto* known = std::get_if<InstitutionId>(&identity);
    if (known == nullptr) {
      world.institutions.emplace_back().address = accredit->address;
      world.slots.push_back(institution_key(InstitutionId(world.institutions.size())));
    }
    Institution& institution =
        known != nullptr ? world.institution(*known) : world.institutions.back();
    set_status(institution, Institution::Status::accredited);
    institution.name = accredit->name;
    institution.kind = accredit->kind;
    institution.data_source_url = accredit->data_source_url;
  } else if (const auto* withdraw = std::get_if<WithdrawInstitution>(&proposal.action)) {
    const auto id = std::get<InstitutionId>(world.whose(withdraw->address));
    set_status(world.institution(id), Institution::Status::withdrawn);
  } else if (const auto* replace = std::get_if<ReplaceInstitutionKey>(&proposal.action)) {
    const auto id = std::get<InstitutionId>(world.whose(replace->address));
    world.institution(id).address = replace->new_address;
  } else if (const auto* mint = std::get_if<Mint>(&proposal.action)) {
    const std::uint64_t period = now_.value() / world.parameters.mint_period_ms;
    if (world.mint_period != period) world.minted_in_period = 0;
    world.mint_period = period;
    world.minted_in_period += mint->amount;
    world.user(*proposal.mint_to).balance += mint->amount;
    account(*proposal.mint_to, AccountChange::minted, mint->amount, std::nullopt,
            id_of(proposal).value());
  } else {
    return false;
  }
  return true;
}

ProposalId Model::id_of(const Proposal& proposal) const {
  return ProposalId(static_cast<std::uint64_t>(&proposal - world.proposals.data()) + 1);
}

void Model::set_status(Institution& institution, Institution::Status status) {
  institution.status = status;
  institution.since = now_;
  institution.suspended_until.reset();
  institution.suspension_votes.clear();
}

}  // namespace generion::contract::model
