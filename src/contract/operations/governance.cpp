// propose, vote.
#include <fmt/core.h>

#include <algorithm>

#include "base/limits.h"
#include "contract/decisions.h"
#include "contract/operations/call.h"
#include "contract/operations/member.h"

namespace generion::contract {
namespace {

bool has_voted(const std::vector<ValidatorId>& votes, ValidatorId voter) {
  return std::binary_search(votes.begin(), votes.end(), voter);
}

void add_vote(std::vector<ValidatorId>& votes, ValidatorId voter) {
  votes.insert(std::upper_bound(votes.begin(), votes.end(), voter), voter);
}

}  // namespace

Result<ValidatorId> member_sender(Call& call) {
  const auto* id = std::get_if<ValidatorId>(&call.sender);
  if (id != nullptr && is_member(call.state.validators(), *id)) return *id;
  return fail(Code::not_validator,
              "the sender is not the governance key of a validator in force; only those govern");
}

Result<void> apply_operation(Call& call, const Propose& op) {
  const auto proposer = member_sender(call);
  if (!proposer) return fail(proposer.error());
  if (open_proposals(call.state, *proposer) >= limits::kOpenProposalsMax) {
    return fail(Code::proposal_limit,
                fmt::format("{} of this validator's proposals are open, as many as there can be; "
                            "they have to be decided or to lapse first",
                            limits::kOpenProposalsMax));
  }
  const TimeMs now = call.block.time;
  Proposal proposal;
  proposal.action = op.action;
  proposal.proposer = *proposer;
  proposal.yes = {*proposer};
  proposal.created_at = now;
  proposal.expires_at = now.plus(call.state.parameters().proposal_lifetime_ms);
  if (const Mint* mint = std::get_if<Mint>(&op.action)) {
    const Identity identity = call.state.identify(mint->to);
    if (const UserId* user = std::get_if<UserId>(&identity)) proposal.mint_to = *user;
  }
  if (auto ok = check_decision(call.state, now, proposal); !ok) return ok;
  const ProposalId id = open_proposal(call.state, std::move(proposal));
  settle(call.state, now, id);
  call.new_ids.push_back(id.value());
  return {};
}

Result<void> apply_operation(Call& call, const Vote& op) {
  const auto voter = member_sender(call);
  if (!voter) return fail(voter.error());
  const TimeMs now = call.block.time;
  const Proposal* found = call.state.find_proposal(op.proposal_id);
  if (found == nullptr) {
    return fail(Code::proposal_not_found,
                fmt::format("there is no proposal {}; this chain has proposals up to {}",
                            op.proposal_id.value(), call.state.counters().proposals));
  }
  if (found->status != Proposal::Status::open || found->expires_at <= now) {
    const bool is_open = found->status == Proposal::Status::open;
    return fail(
        Code::proposal_closed,
        fmt::format("proposal {} is {}; only an open one takes votes", op.proposal_id.value(),
                    status_name(is_open ? Proposal::Status::lapsed : found->status)));
  }
  if (has_voted(found->yes, *voter) || has_voted(found->no, *voter)) {
    return fail(Code::already_voted,
                fmt::format("this validator has voted on proposal {}; votes are final",
                            op.proposal_id.value()));
  }
  Proposal& proposal = call.state.change_proposal(op.proposal_id);
  add_vote(op.yes ? proposal.yes : proposal.no, *voter);
  settle(call.state, now, op.proposal_id);
  return {};
}

}  // namespace generion::contract
