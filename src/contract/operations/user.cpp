// The sender, his day's budget, and his reader key.
#include <fmt/core.h>

#include "contract/operations/call.h"
#include "types/address.h"

namespace generion::contract {
namespace {

constexpr std::uint64_t kDayMs = 86'400'000;

// nullptr: the sender has none, since there is next to nothing that it can do.
Budget* budget_of(Call& call) {
  if (const UserId* user = std::get_if<UserId>(&call.sender)) {
    return &call.state.change_user(*user).budget;
  }
  if (const auto* institution = std::get_if<InstitutionId>(&call.sender)) {
    return &call.state.change_institution(*institution).budget;
  }
  return nullptr;
}

User new_user(const Address& address, std::optional<InstitutionId> admitted_by, TimeMs now) {
  User out;
  out.address = address;
  out.admitted_by = admitted_by;
  out.first_seen = now;
  return out;
}

bool governs(const Operation& operation) {
  return std::holds_alternative<Propose>(operation) || std::holds_alternative<Vote>(operation) ||
         std::holds_alternative<SuspendInstitution>(operation);
}

// What a validator's node does by itself; its people can do it too.
bool is_of_node(const Operation& operation) {
  return std::holds_alternative<EndEpoch>(operation) ||
         std::holds_alternative<ReportEvidence>(operation);
}

std::unexpected<Error> wrong_key(std::string_view key, std::string_view can,
                                 const Operation& operation) {
  return fail(Code::wrong_key, fmt::format("the sender is {}, which can {}, but not {}", key, can,
                                           operation_name(operation)));
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
  if (const auto* recovery = std::get_if<RecoveryOf>(&identity)) return *recovery;
  if (const auto* validator = std::get_if<ValidatorId>(&identity)) return *validator;
  if (const auto* node = std::get_if<NodeKeyOf>(&identity)) return *node;
  if (const auto* reserved = std::get_if<ReservedFor>(&identity)) return *reserved;
  if (const InstitutionId* id = std::get_if<InstitutionId>(&identity)) {
    const Institution& institution = state.institution(*id);
    if (institution.status == Institution::Status::accredited) return *id;
    return fail(Code::institution_not_accredited,
                fmt::format("the institution {} is {}; only an accredited one can act on this "
                            "chain",
                            address_text(address), status_name(institution.status)));
  }
  if (state.parameters().user_admission == Parameters::UserAdmission::open) {
    return state.create_user(new_user(address, std::nullopt, block.time));
  }
  return fail(Code::not_admitted,
              fmt::format("{} is not admitted to this chain; an accredited institution has to "
                          "admit it first (admitUser)",
                          address_text(address)));
}

Result<void> check_key_kind(const Call& call, const Operation& operation) {
  const bool is_report = std::holds_alternative<ReportReady>(operation);
  if (std::holds_alternative<ValidatorId>(call.sender)) {
    if (governs(operation) || is_of_node(operation)) return {};
    return wrong_key("a validator's governance key",
                     "propose, vote, suspend, end an epoch and report evidence", operation);
  }
  if (std::holds_alternative<NodeKeyOf>(call.sender)) {
    if (is_of_node(operation)) return {};
    return wrong_key("the key of a validator's node", "end an epoch and report evidence",
                     operation);
  }
  if (std::holds_alternative<ReservedFor>(call.sender)) {
    if (is_report) return {};
    return wrong_key("a validator's to be", "report that its node is ready (reportReady)",
                     operation);
  }
  if (governs(operation) || is_of_node(operation)) {
    return fail(Code::not_validator,
                fmt::format("only a validator can sign {}", operation_name(operation)));
  }
  if (is_report) {
    return fail(Code::not_joiner,
                "only the key that a decided proposal adds as a validator can sign reportReady");
  }
  if (std::holds_alternative<RecoveryOf>(call.sender) &&
      !std::holds_alternative<MoveUser>(operation)) {
    return wrong_key("a user's recovery key", "move the user to a new key (moveUser)", operation);
  }
  return {};
}

Result<UserId> user_sender(const Call& call) {
  if (const UserId* user = std::get_if<UserId>(&call.sender)) return *user;
  return fail(Code::is_institution,
              "the sender is an institution, which has no records, tokens or reader key of its "
              "own; sign with a user's key");
}

Result<void> charge_operation(Call& call) {
  Budget* const budget_or_none = budget_of(call);
  if (budget_or_none == nullptr) return {};
  Budget& budget = *budget_or_none;
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
  return call.state.create_user(new_user(address, institution, call.block.time));
}

Result<void> apply_operation(Call& call, const SetUserPubKey& op) {
  const auto user = user_sender(call);
  if (!user) return fail(user.error());
  call.state.change_user(*user).reader_key = op.pub_key;
  return {};
}

}  // namespace generion::contract
