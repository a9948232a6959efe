// admitUser.
#include <fmt/core.h>

#include "contract/operations/call.h"
#include "types/address.h"

namespace generion::contract {

Result<void> apply_operation(Call& call, const AdmitUser& op) {
  const InstitutionId* institution = std::get_if<InstitutionId>(&call.sender);
  if (institution == nullptr) {
    return fail(Code::not_institution,
                "the sender is a user; only an accredited institution can admit users");
  }
  for (const Address& address : op.usr_adr) {
    const Identity identity = call.state.identify(address);
    if (std::holds_alternative<UserId>(identity)) {
      return fail(Code::already_admitted,
                  fmt::format("{} is admitted already; leave it out", address_text(address)));
    }
    if (std::holds_alternative<InstitutionId>(identity)) {
      return fail(Code::is_institution,
                  fmt::format("{} is an institution, which cannot be a user as well; its people "
                              "need keys of their own",
                              address_text(address)));
    }
    if (!std::holds_alternative<std::monostate>(identity)) {
      return fail(
          Code::address_taken,
          fmt::format("{} is a recovery key or a validator's, which cannot be a user as well",
                      address_text(address)));
    }
    const auto user = admit(call, *institution, address);
    if (!user) return fail(user.error());
    call.new_ids.push_back(user->value());
  }
  return {};
}

}  // namespace generion::contract
