// suspendInstitution, anchorLog.
#include <fmt/core.h>

#include <algorithm>

#include "contract/decisions.h"
#include "contract/operations/call.h"
#include "contract/operations/member.h"
#include "types/address.h"

namespace generion::contract {
namespace {

// The votes that still count: of members, and not too old.
std::vector<SuspensionVote> living_votes(Call& call, const Institution& institution) {
  const Validators& validators = call.state.validators();
  const std::uint64_t lifetime = call.state.parameters().proposal_lifetime_ms;
  std::vector<SuspensionVote> out;
  for (const SuspensionVote& vote : institution.suspension_votes) {
    const bool counts = vote.time.plus(lifetime) > call.block.time;
    if (counts && is_member(validators, vote.validator)) out.push_back(vote);
  }
  return out;
}

Result<InstitutionId> suspendable(Call& call, const Address& address) {
  const Identity identity = call.state.identify(address);
  const auto* id = std::get_if<InstitutionId>(&identity);
  if (id == nullptr) {
    return fail(
        Code::institution_not_found,
        fmt::format("{} is no institution; getInstitutionList lists them", address_text(address)));
  }
  switch (call.state.institution(*id).status) {
    case Institution::Status::accredited:
      return *id;
    case Institution::Status::suspended:
      return fail(Code::already_suspended,
                  fmt::format("the institution {} is suspended already", address_text(address)));
    case Institution::Status::withdrawn:
      break;
  }
  return fail(Code::institution_not_accredited,
              fmt::format("the institution {} is withdrawn; only an accredited one can be "
                          "suspended",
                          address_text(address)));
}

void suspend(Call& call, InstitutionId id) {
  const TimeMs until = call.block.time.plus(call.state.parameters().suspension_ms);
  set_status(call.state, id, Institution::Status::suspended, call.block.time);
  call.state.change_institution(id).suspended_until = until;
  call.state.add_due({until, DueKind::suspension_end, id.value()});
}

}  // namespace

Result<void> apply_operation(Call& call, const SuspendInstitution& op) {
  const auto voter = member_sender(call);
  if (!voter) return fail(voter.error());
  const auto id = suspendable(call, op.address);
  if (!id) return fail(id.error());
  std::vector<SuspensionVote> votes = living_votes(call, call.state.institution(*id));
  const auto place = std::find_if(votes.begin(), votes.end(), [&](const SuspensionVote& vote) {
    return vote.validator >= *voter;
  });
  if (place != votes.end() && place->validator == *voter) {
    return fail(
        Code::already_voted,
        fmt::format("this validator has asked for the suspension of {} already; that "
                    "counts until {} ms",
                    address_text(op.address),
                    place->time.plus(call.state.parameters().proposal_lifetime_ms).value()));
  }
  votes.insert(place, {*voter, call.block.time});
  const std::size_t enough = faulty_max(call.state.validators().members.size()) + 1;
  if (votes.size() >= enough) {
    suspend(call, *id);
  } else {
    call.state.change_institution(*id).suspension_votes = std::move(votes);
  }
  return {};
}

Result<void> apply_operation(Call& call, const AnchorLog& op) {
  const auto* id = std::get_if<InstitutionId>(&call.sender);
  if (id == nullptr) {
    return fail(Code::not_institution,
                "the sender is a user; only an accredited institution has an access log");
  }
  Institution& institution = call.state.change_institution(*id);
  if (institution.log && op.count < institution.log->count) {
    return fail(Code::bad_argument,
                fmt::format("count is {}, and the log had {} entries already; a log only grows",
                            op.count, institution.log->count));
  }
  institution.log = AnchoredLog{op.root, op.count, call.block.time};
  return {};
}

}  // namespace generion::contract
