#include "contract/decisions.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "contract/due_handlers.h"
#include "contract/epoch.h"

namespace generion::contract {
namespace {

// What gives others more weight or makes tokens waits, so that members can see it coming.
bool waits(const GovernanceAction& action) {
  return std::holds_alternative<Mint>(action) || std::holds_alternative<RemoveValidator>(action);
}

// What is done as soon as it is decided.
struct CarryOut {
  WorkingState& state;
  const TimeMs now;

  void operator()(const ReplaceGovernanceKey& a) const {
    auto& members = state.change_validators().members;
    const auto member =
        std::find_if(members.begin(), members.end(),
                     [&a](const Validator& candidate) { return candidate.key == a.key; });
    GENERION_ASSERT(member != members.end());
    state.set_identity(member->governance_key, Identity());
    member->governance_key = a.new_governance_key;
    state.set_identity(member->governance_key, member->id);
  }
  void operator()(const AccreditInstitution& a) const {
    const Identity identity = state.identify(a.address);
    if (const auto* id = std::get_if<InstitutionId>(&identity)) {
      set_status(state, *id, Institution::Status::accredited, now);
      Institution& institution = state.change_institution(*id);
      institution.name = a.name;
      institution.kind = a.kind;
      institution.data_source_url = a.data_source_url;
      return;
    }
    Institution institution;
    institution.address = a.address;
    institution.name = a.name;
    institution.kind = a.kind;
    institution.data_source_url = a.data_source_url;
    institution.since = now;
    state.create_institution(std::move(institution));
  }
  void operator()(const WithdrawInstitution& a) const {
    const InstitutionId id = std::get<InstitutionId>(state.identify(a.address));
    set_status(state, id, Institution::Status::withdrawn, now);
  }
  void operator()(const ReplaceInstitutionKey& a) const {
    const InstitutionId id = std::get<InstitutionId>(state.identify(a.address));
    state.set_identity(a.address, Identity());
    state.change_institution(id).address = a.new_address;
    state.set_identity(a.new_address, id);
  }
};

template <class Action>
concept AtOnce = requires(const CarryOut& carry_out, const Action& action) { carry_out(action); };

// Whether it could be done at once. What is neither done at once nor minted needs an epoch.
bool carry_out(WorkingState& state, TimeMs now, const GovernanceAction& action) {
  return std::visit(
      [&](const auto& a) {
        constexpr bool kAtOnce = AtOnce<std::decay_t<decltype(a)>>;
        if constexpr (kAtOnce) CarryOut{state, now}(a);
        return kAtOnce;
      },
      action);
}

void mint(DueCall& call, ProposalId id, UserId to, std::uint64_t amount) {
  Counters& counters = call.state.change_counters();
  const std::uint64_t period = call.block.time.value() / call.state.parameters().mint_period_ms;
  if (counters.mint_period != period) {
    counters.mint_period = period;
    counters.minted_in_period = 0;
  }
  counters.minted_in_period += amount;
  counters.minted += amount;
  call.state.change_user(to).balance += amount;
  note_account(call, to, AccountChange::minted, amount, std::nullopt, id.value());
}

void change_open_proposals(WorkingState& state, ValidatorId validator, std::uint64_t number) {
  const Bytes key = open_proposals_key(validator);
  if (number == 0) {
    state.remove_row(key);
  } else {
    state.put_row(key, number_value(number));
  }
}

Proposal& close(WorkingState& state, ProposalId id, Proposal::Status status) {
  Proposal& proposal = state.change_proposal(id);
  proposal.status = status;
  state.remove_due({proposal.expires_at, DueKind::proposal_lapse, id.value()});
  change_open_proposals(state, proposal.proposer, open_proposals(state, proposal.proposer) - 1);
  return proposal;
}

std::uint64_t votes_of_members(const Validators& validators, const std::vector<ValidatorId>& ids) {
  return static_cast<std::uint64_t>(std::count_if(
      ids.begin(), ids.end(), [&validators](ValidatorId id) { return is_member(validators, id); }));
}

// Of a decided proposal that has nothing to wait for but an epoch.
Result<void> enforce(WorkingState& state, TimeMs now, ProposalId id) {
  Proposal& proposal = state.change_proposal(id);
  if (const auto ok = check_decision(state, now, proposal); !ok) {
    return fail_proposal(proposal, ok.error());
  }
  proposal.in_force_at.reset();
  if (!carry_out(state, now, proposal.action)) return await_epoch(state, now, id);
  proposal.status = Proposal::Status::in_force;
  proposal.in_force_at = now;
  return {};
}

}  // namespace

std::unexpected<Error> fail_proposal(Proposal& proposal, const Error& why) {
  proposal.status = Proposal::Status::impossible;
  proposal.in_force_at.reset();
  proposal.obstacle = why.code;
  return fail(why);
}

std::uint64_t open_proposals(WorkingState& state, ValidatorId validator) {
  const auto row = state.find_row(open_proposals_key(validator));
  return row ? parse_number(*row) : 0;
}

ProposalId open_proposal(WorkingState& state, Proposal proposal) {
  const ValidatorId proposer = proposal.proposer;
  const TimeMs expires_at = proposal.expires_at;
  const ProposalId id = state.create_proposal(std::move(proposal));
  state.add_due({expires_at, DueKind::proposal_lapse, id.value()});
  change_open_proposals(state, proposer, open_proposals(state, proposer) + 1);
  return id;
}

void settle(WorkingState& state, TimeMs now, ProposalId id) {
  const Validators& validators = state.validators();
  const Proposal& votes = *state.find_proposal(id);
  const std::uint64_t all = validators.members.size();
  const std::uint64_t no = votes_of_members(validators, votes.no);
  if (3 * (all - no) <= 2 * all) {
    close(state, id, Proposal::Status::rejected).decided_at = now;
    return;
  }
  if (3 * votes_of_members(validators, votes.yes) <= 2 * all) return;
  Proposal& proposal = close(state, id, Proposal::Status::passed);
  proposal.decided_at = now;
  if (waits(proposal.action)) {
    proposal.in_force_at = now.plus(state.parameters().governance_delay_ms);
    state.add_due({*proposal.in_force_at, DueKind::proposal_force, id.value()});
    return;
  }
  // That it cannot be done is not the vote's fault: the proposal says so.
  static_cast<void>(enforce(state, now, id));
}

void set_status(WorkingState& state, InstitutionId id, Institution::Status status, TimeMs now) {
  Institution& institution = state.change_institution(id);
  if (institution.suspended_until) {
    state.remove_due({*institution.suspended_until, DueKind::suspension_end, id.value()});
    institution.suspended_until.reset();
  }
  institution.suspension_votes.clear();
  institution.status = status;
  institution.since = now;
}

Result<void> lapse_proposal(DueCall& call, ProposalId id) {
  if (call.state.find_proposal(id)->status == Proposal::Status::awaits_joiner) {
    lapse_joiner(call.state, id);
  } else {
    close(call.state, id, Proposal::Status::lapsed);
  }
  return {};
}

Result<void> enforce_proposal(DueCall& call, ProposalId id) {
  const TimeMs now = call.block.time;
  Proposal& proposal = call.state.change_proposal(id);
  const Mint* minting = std::get_if<Mint>(&proposal.action);
  if (minting == nullptr) return enforce(call.state, now, id);
  if (const auto ok = check_decision(call.state, now, proposal); !ok) {
    return fail_proposal(proposal, ok.error());
  }
  mint(call, id, *proposal.mint_to, minting->amount);
  proposal.status = Proposal::Status::in_force;
  proposal.in_force_at = now;
  return {};
}

Result<void> end_suspension(DueCall& call, InstitutionId id) {
  set_status(call.state, id, Institution::Status::accredited, call.block.time);
  return {};
}

}  // namespace generion::contract
