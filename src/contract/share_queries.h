// What can be asked of shares: pure functions, with pages as in queries.h.
#pragma once

#include <optional>
#include <vector>

#include "contract/market_objects.h"
#include "contract/queries.h"

namespace generion::contract {

// A share with the addresses that its owner and grantee have now.
struct FoundShare {
  ShareId id;
  Share share;
  Address owner;
  Address grantee;
  bool living = false;  // not closed, and its record not deleted
  // Where opaque data is, while the share is living.
  std::optional<AttachmentId> attachment;
  friend bool operator==(const FoundShare&, const FoundShare&) = default;
};

// Closed shares are found too, by all of these.
std::optional<FoundShare> find_share(const StateReader& state, ShareId id);
// Given by this user, of all his records.
std::vector<FoundShare> shares_of_owner(const StateReader& state, UserId owner, ShareId after,
                                        std::size_t limit);
std::vector<FoundShare> shares_of_record(const StateReader& state, RecordId record, ShareId after,
                                         std::size_t limit);
// Received by this user.
std::vector<FoundShare> shares_to(const StateReader& state, UserId grantee, ShareId after,
                                  std::size_t limit);

}  // namespace generion::contract
