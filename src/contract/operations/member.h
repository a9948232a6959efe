// Who governs.
#pragma once

#include "contract/operations/call.h"

namespace generion::contract {

// The sender, if it is a validator of the set in force. Error not_validator.
Result<ValidatorId> member_sender(Call& call);

}  // namespace generion::contract
