// Shares that end by themselves: by their date, or with their record.
#include "base/assert.h"
#include "contract/due_handlers.h"

namespace generion::contract {

Result<void> expire_share(DueCall& call, ShareId id) {
  const Share* share = call.state.find_share(id);
  // Closing takes the row away.
  GENERION_ASSERT(share != nullptr && share->status == Share::Status::living);
  const RecordId record = share->record;
  if (call.state.find_record(record)->deleted) {
    call.state.close_share(id, Share::Status::record_deleted, call.block.time);
    // The last of those that close_record_shares left for the next block: nothing is left then.
    if (call.state.find_record(record)->living_shares == 0) {
      call.state.remove_due({call.block.time, DueKind::record_shares, record.value()});
    }
    return {};
  }
  call.state.close_share(id, Share::Status::expired, call.block.time);
  call.state.add_history(record, history_entry(call, RecordChange::share_expired, id.value()));
  return {};
}

Result<void> close_record_shares(DueCall& call, RecordId id) {
  WorkingState& state = call.state;
  // The rows as they were before the block: some may have expired in it. None can have been added,
  // since the record was deleted in an earlier block.
  for (const auto& [key, value] :
       state.before().scan(living_share_prefix(id), {}, kSharesPerCloseMax)) {
    if (!state.find_row(key)) continue;
    state.close_share(ShareId(parse_number(value)), Share::Status::record_deleted, call.block.time);
  }
  if (state.find_record(id)->living_shares > 0) {
    state.add_due({call.block.time, DueKind::record_shares, id.value()});
  }
  return {};
}

}  // namespace generion::contract
