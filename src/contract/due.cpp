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
      return lapse_proposal(call, ProposalId(due.id));
    case DueKind::proposal_force:
      return enforce_proposal(call, ProposalId(due.id));
    case DueKind::suspension_end:
      return end_suspension(call, InstitutionId(due.id));
  }
  GENERION_ASSERT(false);
  return {};
}

// The rows at or before the returned one are gone, but what was handled may have come back, and
// what is added in this block may be due at the block's time.
std::optional<Bytes> done_up_to(WorkingState& state, const BlockContext& block,
                                const std::vector<Due>& handled) {
  std::optional<Bytes> out;
  for (const Due& due : handled) {
    if (due.time >= block.time) return due_from(block.time);
    Bytes key = due_key(due);
    if (state.find_row(key)) return out;
    out = std::move(key);
  }
  return out;
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
  std::vector<Due> handled;
  const auto limit = static_cast<std::size_t>(state.parameters().due_per_block);
  const Bytes after = state.before().lookup(due_done_key()).value_or(Bytes());
  for (const auto& [key, value] : state.before().scan(due_prefix(), after, limit)) {
    const Due due = parse_due_key(key);
    if (due.time > block.time) break;
    if (!state.find_row(key)) continue;  // what came before it in this block took it away
    DueCall call{state, block, static_cast<std::uint32_t>(out.size()), 0};
    SystemReceipt receipt{due.kind, due.id, Code::ok};
    if (const auto done = handle(call, due); !done) receipt.code = done.error().code;
    state.commit();
    out.push_back(receipt);
    handled.push_back(due);
  }
  if (auto done = done_up_to(state, block, handled)) {
    state.put_row(due_done_key(), std::move(*done));
    state.commit();
  }
  return out;
}

std::optional<TimeMs> next_due(const StateReader& state) {
  const Bytes after = state.lookup(due_done_key()).value_or(Bytes());
  const auto first = state.scan(due_prefix(), after, 1);
  if (first.empty()) return std::nullopt;
  return parse_due_key(first.front().first).time;
}

}  // namespace generion::contract
