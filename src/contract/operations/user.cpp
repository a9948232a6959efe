// The sender, his day's budget, and his reader key.
#include <fmt/core.h>

#include "contract/operations/call.h"
#include "types/address.h"

namespace generion::contract {
namespace {

constexpr std::uint64_t kDayMs = 86'400'000;

Budget& budget_of(Call& call) {
  if (const UserId* user = std::get_if<UserId>(&call.sender)) {
    return call.state.change_user(*user).budget;
  }
  return call.state.change_institution(std::get<InstitutionId>(call.sender)).budget;
}

// Days begin at 00:00 UTC, by block time, which never goes back.
void open_day(Budget& budget, TimeMs now) {
  const std::uint64_t day = now.value() / kDayMs;
  if (budget.day != day) budget = {day, 0, 0};
}

}  // namespace

Result<Sender> resolve_sender(WorkingState& state, const BlockContext& block,
                              const Address& address) {
  const Identity identity = state.identify(address);
  if (const UserId* user = std::get_if<UserId>(&identity)) return *user;
  if (const InstitutionId* id = std::get_if<InstitutionId>(&identity)) {
    const Institution& institution = state.institution(*id);
    if (institution.status == Institution::Status::accredited) return *id;
    return fail(Code::institution_not_accredited,
                fmt::format("the institution {} is {}; only an accredited one can act on this "
                            "chain",
                            address_text(address), status_name(institution.status)));
  }
  if (state.parameters().user_admission == Parameters::UserAdmission::open) {
    return state.create_user({address, std::nullopt, std::nullopt, block.time, 0, {}});
  }
  return fail(Code::not_admitted,
              fmt::format("{} is not admitted to this chain; an accredited institution has to "
                          "admit it first (admitUser)",
                          address_text(address)));
}

Result<void> charge_operation(Call& call) {
  Budget& budget = budget_of(call);
  open_day(budget, call.block.time);
  const std::uint64_t max = call.state.parameters().operations_per_day_max;
  if (budget.operations >= max) {
    return fail(Code::operation_limit,
                fmt::format("the sender's {} operations of this day are used up; the next day "
                            "begins at {} ms (00:00 UTC)",
                            max, (budget.day + 1) * kDayMs));
  }
  ++budget.operations;
  return {};
}

Result<UserId> admit(Call& call, InstitutionId institution, const Address& address) {
  Budget& budget = call.state.change_institution(institution).budget;
  open_day(budget, call.block.time);
  const std::uint64_t max = call.state.parameters().admissions_per_day_max;
  if (budget.admissions >= max) {
    return fail(Code::admission_limit,
                fmt::format("the institution's {} admissions of this day are used up; the next day "
                            "begins at {} ms (00:00 UTC)",
                            max, (budget.day + 1) * kDayMs));
  }
  ++budget.admissions;
  return call.state.create_user({address, std::nullopt, institution, call.block.time, 0, {}});
}

Result<void> apply_operation(Call& call, const SetUserPubKey& op) {
  const UserId* user = std::get_if<UserId>(&call.sender);
  if (user == nullptr) {
    return fail(Code::is_institution,
                "the sender is an institution, which has no reader key; sign with a user's key");
  }
  call.state.change_user(*user).reader_key = op.pub_key;
  return {};
}

}  // namespace generion::contract
