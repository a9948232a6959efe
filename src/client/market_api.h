// Shares and orders with types; see node_api.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "client/node_api.h"

namespace generion::client {

struct ShareView {
  ShareId share_id;
  RecordId record_id;
  Address owner;
  Address grantee;
  ReaderKey pub_key;         // the grantee's
  std::optional<Lock> lock;  // of a capsule
  bool living = false;
  std::string status;
};

struct DeliveryView {
  RecordId record_id;
  std::optional<Lock> lock;  // of a capsule
};

struct OrderView {
  OrderId order_id;
  Address seller;
  std::vector<RecordId> records;
  std::uint64_t price = 0;  // in the smallest unit
  bool delivery_proven = false;
  bool made_by_institution = false;
  std::string status;
  std::optional<Address> buyer;
  std::optional<ReaderKey> pub_key;  // the buyer's
  std::optional<TimeMs> deadline;
  std::vector<DeliveryView> deliveries;  // once delivered, one a record
};

Result<ShareView> get_share(Rpc& node, ShareId share_id);
Result<OrderView> get_order(Rpc& node, OrderId order_id);

// All orders that a user bought, by their numbers, page by page at one height.
Result<std::vector<OrderView>> get_purchases(Rpc& node, const Address& buyer);

Result<ShareView> parse_share(const boost::json::value& json);
Result<OrderView> parse_order(const boost::json::value& json);

}  // namespace generion::client
