// transfer.
#include <fmt/core.h>

#include "contract/operations/call.h"
#include "contract/tokens.h"
#include "types/address.h"

namespace generion::contract {

Result<void> apply_operation(Call& call, const Transfer& op) {
  const auto from = user_sender(call);
  if (!from) return fail(from.error());
  const Identity identity = call.state.identify(op.to);
  const UserId* to = std::get_if<UserId>(&identity);
  if (to == nullptr) {
    return fail(Code::user_not_found,
                fmt::format("{} is not a user of this chain; only users have a balance",
                            address_text(op.to)));
  }
  if (*to == *from) {
    return fail(Code::same_user, "the receiver is the sender; give somebody else's address");
  }
  if (auto ok = take_tokens(call.state, *from, op.amount); !ok) return ok;
  if (auto ok = add_tokens(call.state, *to, op.amount); !ok) return ok;
  note_account(call, *from, AccountChange::transfer_out, op.amount, *to);
  note_account(call, *to, AccountChange::transfer_in, op.amount, *from);
  return {};
}

}  // namespace generion::contract
