#include "contract/share_queries.h"

#include "contract/read_objects.h"

namespace generion::contract {
namespace {

FoundShare found_share(const StateReader& state, ShareId id, Share share) {
  FoundShare out;
  out.id = id;
  out.owner = user_address(state, share.owner);
  out.grantee = user_address(state, share.grantee);
  out.living = share.status == Share::Status::living &&
               !read_existing(state, record_key(share.record), decode_record).deleted;
  const auto* opaque = std::get_if<OpaqueAccess>(&share.access);
  if (out.living && opaque != nullptr) out.attachment = opaque->filed;
  out.share = std::move(share);
  return out;
}

std::vector<FoundShare> listed(const StateReader& state, IdList list, std::uint64_t of,
                               ShareId after, std::size_t limit) {
  std::vector<FoundShare> out;
  for (const std::uint64_t number : list_members(state, list, of, after.value(), limit)) {
    const ShareId id(number);
    out.push_back(found_share(state, id, read_existing(state, share_key(id), decode_share)));
  }
  return out;
}

}  // namespace

std::optional<FoundShare> find_share(const StateReader& state, ShareId id) {
  auto share = read(state, share_key(id), decode_share);
  if (!share) return std::nullopt;
  return found_share(state, id, std::move(*share));
}

std::vector<FoundShare> shares_of_owner(const StateReader& state, UserId owner, ShareId after,
                                        std::size_t limit) {
  return listed(state, IdList::owner_shares, owner.value(), after, limit);
}

std::vector<FoundShare> shares_of_record(const StateReader& state, RecordId record, ShareId after,
                                         std::size_t limit) {
  return listed(state, IdList::record_shares, record.value(), after, limit);
}

std::vector<FoundShare> shares_to(const StateReader& state, UserId grantee, ShareId after,
                                  std::size_t limit) {
  return listed(state, IdList::grantee_shares, grantee.value(), after, limit);
}

}  // namespace generion::contract
