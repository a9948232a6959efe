// What each kind of due thing does. Its row is gone from the `due` look-up before; an error takes
// back whatever else has been changed, and stands in the receipt.
#pragma once

#include <cstdint>
#include <optional>

#include "base/error.h"
#include "contract/due.h"

namespace generion::contract {

// As those for a Call; no transaction did it.
HistoryEntry history_entry(const DueCall& call, RecordChange change, std::uint64_t about = 0);
void note_account(DueCall& call, UserId account, AccountChange change, std::uint64_t amount,
                  std::optional<UserId> other, std::uint64_t about = 0);

Result<void> expire_share(DueCall& call, ShareId id);

// At most kSharesPerCloseMax of a deleted record's shares; what is left falls due again at once,
// which is in the next block.
inline constexpr std::size_t kSharesPerCloseMax = 64;
Result<void> close_record_shares(DueCall& call, RecordId id);

// Error address_taken: somebody else has got the new key since; then drop_move is called.
Result<void> carry_out_move(DueCall& call, UserId id);
void drop_move(DueCall& call, UserId id);
// A purchased order that was not delivered in time: the buyer gets the price back.
Result<void> refund_order(DueCall& call, OrderId id);

// A delivered order's opaque data has been kept long enough: it is erased.
Result<void> end_retention(DueCall& call, OrderId id);

}  // namespace generion::contract
