// shareRecord, revokeShare.
#include <fmt/core.h>

#include "contract/operations/call.h"
#include "types/address.h"

namespace generion::contract {
namespace {

Result<UserId> resolve_grantee(Call& call, const Address& address, UserId owner) {
  const Identity identity = call.state.identify(address);
  const UserId* grantee = std::get_if<UserId>(&identity);
  if (grantee == nullptr) {
    return fail(Code::user_not_found,
                fmt::format("{} is not a user of this chain; a record is shared with one that is "
                            "admitted",
                            address_text(address)));
  }
  if (*grantee == owner) {
    return fail(Code::same_user,
                "the grantee is the owner, who can read the record anyway; give somebody else's "
                "address");
  }
  return *grantee;
}

Result<void> check_expiry(const Call& call, const std::optional<TimeMs>& expires_at) {
  if (!expires_at || *expires_at > call.block.time) return {};
  return fail(Code::expiry_past,
              fmt::format("expires_at is {} ms and the block's time {} ms; it takes a later time, "
                          "or none",
                          expires_at->value(), call.block.time.value()));
}

// Makes room for the new share: the old one to the same grantee gives way.
Result<void> make_room(Call& call, RecordId id, const Record& record, UserId grantee) {
  if (const auto row = call.state.find_row(living_share_key(id, grantee))) {
    call.state.close_share(ShareId(parse_number(*row)), Share::Status::replaced, call.block.time);
    return {};
  }
  const std::uint64_t max = call.state.parameters().shares_per_record_max;
  if (record.living_shares < max) return {};
  return fail(Code::share_limit,
              fmt::format("record {} has {} living shares and this chain allows {}; revoke one "
                          "first (revokeShare)",
                          id.value(), record.living_shares, max));
}

}  // namespace

Result<void> apply_operation(Call& call, const ShareRecord& op) {
  Access access = file_access(call, op.access);
  const auto owner = user_sender(call);
  if (!owner) return fail(owner.error());
  if (auto ok = check_expiry(call, op.expires_at); !ok) return ok;
  const auto record = own_living_record(call, op.record_id);
  if (!record) return fail(record.error());
  if (auto ok = check_access(op.record_id, **record, op.access); !ok) return ok;
  const auto grantee = resolve_grantee(call, op.grantee, *owner);
  if (!grantee) return fail(grantee.error());
  if (auto ok = make_room(call, op.record_id, **record, *grantee); !ok) return ok;

  Share share;
  share.record = op.record_id;
  share.owner = *owner;
  share.grantee = *grantee;
  share.data_pub_key = op.data_pub_key;
  share.access = std::move(access);
  share.expires_at = op.expires_at;
  share.created_at = call.block.time;
  const ShareId id = call.state.create_share(std::move(share));
  ++cell_of(call.state, call.block, **record).shared;
  call.state.add_history(op.record_id, history_entry(call, RecordChange::shared, id.value()));
  call.new_ids.push_back(id.value());
  return {};
}

Result<void> apply_operation(Call& call, const RevokeShare& op) {
  const auto user = user_sender(call);
  if (!user) return fail(user.error());
  const Share* share = call.state.find_share(op.share_id);
  if (share == nullptr) {
    return fail(Code::share_not_found,
                fmt::format("there is no share {}; this chain has shares up to {}",
                            op.share_id.value(), call.state.counters().shares));
  }
  if (share->owner != *user) {
    return fail(Code::not_owner, fmt::format("share {} was given by somebody else; only the "
                                             "record's owner can revoke it",
                                             op.share_id.value()));
  }
  const bool living = share->status == Share::Status::living;
  if (!living || call.state.find_record(share->record)->deleted) {
    return fail(Code::share_closed,
                fmt::format("share {} is closed already ({}); there is nothing to revoke",
                            op.share_id.value(),
                            status_name(living ? Share::Status::record_deleted : share->status)));
  }
  const RecordId record = share->record;
  call.state.close_share(op.share_id, Share::Status::revoked, call.block.time);
  call.state.add_history(record,
                         history_entry(call, RecordChange::share_revoked, op.share_id.value()));
  return {};
}

}  // namespace generion::contract
