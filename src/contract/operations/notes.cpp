// What operations leave behind in histories, accounts and statistics.
#include "contract/due_handlers.h"
#include "contract/operations/call.h"

namespace generion::contract {

HistoryEntry history_entry(const Call& call, RecordChange change, std::uint64_t about) {
  return {call.position(),       change, call.block.time, call.transaction.id,
          call.sender_address(), about};
}

void note_sent(Call& call) {
  AccountEntry entry;
  entry.position = call.position();
  entry.sequence = call.account_rows++;
  entry.change = AccountChange::sent;
  entry.time = call.block.time;
  if (const auto* user = std::get_if<UserId>(&call.sender)) {
    call.state.add_account(*user, entry);
  } else if (const auto* institution = std::get_if<InstitutionId>(&call.sender)) {
    call.state.add_account(*institution, entry);
  }
}

void note_account(Call& call, UserId account, AccountChange change, std::uint64_t amount,
                  std::optional<UserId> other, std::uint64_t about) {
  call.state.add_account(account, {call.position(), call.account_rows++, change, call.block.time,
                                   amount, other, about});
}

Cell& cell_of(WorkingState& state, const BlockContext& block, const Record& record) {
  return state.change_cell(
      {month_of(block.time), record.creator.value_or(InstitutionId(0)), record.type});
}

}  // namespace generion::contract
