#include "contract/due.h"

#include "base/assert.h"

namespace generion::contract {
namespace {

Result<void> handle(DueCall& call, const Due& due) {
  call.state.remove_due(due);
  switch (due.kind) {
    case DueKind::order_deadline:
    case DueKind::retention_end:
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

}  // namespace

std::vector<SystemReceipt> handle_due(WorkingState& state, const BlockContext& block) {
  std::vector<SystemReceipt> out;
  const auto limit = static_cast<std::size_t>(state.parameters().due_per_block);
  for (const auto& [key, value] : state.before().scan(due_prefix(), {}, limit)) {
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
  }
  return out;
}

std::optional<TimeMs> next_due(const StateReader& state) {
  const auto first = state.scan(due_prefix(), {}, 1);
  if (first.empty()) return std::nullopt;
  return parse_due_key(first.front().first).time;
}

}  // namespace generion::contract
