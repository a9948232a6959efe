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
    case DueKind::record_shares:
    case DueKind::user_move:
    case DueKind::proposal_lapse:
    case DueKind::proposal_force:
    case DueKind::suspension_end:
      break;
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

std::vector<SystemReceipt> handle_due(WorkingState& state, const BlockContext& block) {
  std::vector<SystemReceipt> out;
  std::vector<Due> handled;
  const auto limit = static_cast<std::size_t>(state.parameters().due_per_block);
  const Bytes after = state.before().lookup(due_done_key()).value_or(Bytes());
  for (const auto& [key, value] : state.before().scan(due_prefix(), after, limit)) {
    const Due due = parse_due_key(key);
    if (due.time > block.time) break;
    DueCall call{state, block, static_cast<std::uint32_t>(out.size())};
    SystemReceipt receipt{due.kind, due.id, Code::ok};
    if (const auto done = handle(call, due); !done) {
      state.rollback();
      state.remove_due(due);
      receipt.code = done.error().code;
    }
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
