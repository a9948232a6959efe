#include "contract/due.h"

#include "base/assert.h"
#include "contract/due_handlers.h"

namespace generion::contract {
namespace {

Result<void> handle(DueCall& call, const Due& due) {
  call.state.remove_due(due);
  switch (due.kind) {
    case DueKind::order_deadline:
      return refund_order(call, OrderId(due.id));
    case DueKind::retention_end:
      return end_retention(call, OrderId(due.id));
    case DueKind::share_expiry:
      return expire_share(call, ShareId(due.id));
    case DueKind::record_shares:
      return close_record_shares(call, RecordId(due.id));
    case DueKind::user_move:
      return carry_out_move(call, UserId(due.id));
    case DueKind::proposal_lapse:
    case DueKind::proposal_force:
    case DueKind::suspension_end:
      break;
  }
  GENERION_ASSERT(false);
  return {};
}

// After handle() failed and was taken back: what must not stay as it was.
void give_up(DueCall& call, const Due& due) {
  call.state.remove_due(due);
  if (due.kind == DueKind::user_move) drop_move(call, UserId(due.id));
}

}  // namespace

HistoryEntry history_entry(const DueCall& call, RecordChange change, std::uint64_t about) {
  return {call.position(), change, call.block.time, TxId(), Address(), about};
}

void note_account(DueCall& call, UserId account, AccountChange change, std::uint64_t amount,
                  std::optional<UserId> other, std::uint64_t about) {
  AccountEntry entry;
  entry.position = call.position();
  entry.sequence = call.account_rows++;
  entry.change = change;
  entry.time = call.block.time;
  entry.amount = amount;
  entry.other = other;
  entry.about = about;
  call.state.add_account(account, entry);
}

std::vector<SystemReceipt> handle_due(WorkingState& state, const BlockContext& block) {
  std::vector<SystemReceipt> out;
  const auto limit = static_cast<std::size_t>(state.parameters().due_per_block);
  for (const auto& [key, value] : state.before().scan(due_prefix(), {}, limit)) {
    const Due due = parse_due_key(key);
    if (due.time > block.time) break;
    if (!state.find_row(key)) continue;  // what came before it in this block took it away
    DueCall call{state, block, static_cast<std::uint32_t>(out.size()), 0};
    SystemReceipt receipt{due.kind, due.id, Code::ok};
    if (const auto done = handle(call, due); !done) {
      state.rollback();
      give_up(call, due);
      receipt.code = done.error().code;
    }
    state.commit();
    out.push_back(receipt);
  }
  return out;
}

std::optional<TimeMs> next_due(const StateReader& state) {
  const auto first = state.scan(due_prefix(), {}, 1);
  if (first.empty()) return std::nullopt;
  return parse_due_key(first.front().first).time;
}

}  // namespace generion::contract
