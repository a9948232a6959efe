// One subscription: what it asks for, how far it has been told, and what it is told next.
#pragma once

#include <optional>
#include <string>

#include "rpc/arguments.h"
#include "rpc/block_events.h"

namespace generion::rpc {

enum class Topic : std::uint8_t { blocks, transactions, records, shares, orders };

// Which orders; what is absent is not asked for.
struct OrderFilter {
  std::optional<Address> seller;
  std::optional<Address> buyer;
  std::optional<RecordId> record;  // one of its records
  std::string type;                // of one of its records; empty: any
  std::string status;              // that it got; empty: any
  std::uint64_t price_min = 0;
  std::uint64_t price_max = UINT64_MAX;
};

struct Subscription {
  std::uint64_t id = 0;
  Topic topic = Topic::blocks;
  Wait wait = Wait::sealed;        // told once a block is executed, or once it is sealed
  std::optional<Address> owner;    // of the records
  std::optional<Address> grantee;  // of the shares
  OrderFilter orders;

  Height next;              // the lowest height that was not told completely
  std::size_t told = 0;     // items of it that were
  std::uint64_t quiet = 0;  // heights passed since the last notification
  bool is_live = false;     // it has caught up with the chain before
};

// What `subscribe` was asked for; `next` is not set yet. Errors: bad_params (what the kind needs is
// missing, or something is given that means nothing for it).
Result<Subscription> parse_subscription(const Arguments& arguments);

// The newest height that it may be told.
Height last_height(const Subscription& subscription, const Heights& heights);

// Moves the subscription on, as far as height `last`, to where there is something to tell, and
// returns that notification; nullopt if there was nothing within limits::kReplayBlocksMax heights.
// Errors: those of BlockReader::read.
Result<std::optional<std::string>> advance(Subscription& subscription, Height last,
                                           BlockReader& reader, const Backend& backend);

// Tells that the subscription has ended, and from where it could be made again.
std::string end_notification(const Subscription& subscription, const Error& error);

}  // namespace generion::rpc
