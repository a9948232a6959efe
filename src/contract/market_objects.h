// Shares and orders: who else may read a record. docs/protocol/state.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "contract/objects.h"

namespace generion::contract {

// Opaque data for another reader, as an attachment; its bytes can be erased.
struct OpaqueAccess {
  AttachmentRef data;
  AttachmentId filed;
  friend bool operator==(const OpaqueAccess&, const OpaqueAccess&) = default;
};

// What opens a record's document for somebody else: a capsule's lock, or opaque data.
using Access = std::variant<Lock, OpaqueAccess>;

struct Share {
  // Whatever it says, a share is dead once its record is deleted.
  enum class Status : std::uint8_t {
    living = 0,
    revoked = 1,
    expired = 2,
    replaced = 3,
    record_deleted = 4
  };

  RecordId record;
  UserId owner;  // of the record
  UserId grantee;
  ReaderKey data_pub_key;  // what `access` is for
  Access access;           // opaque data is erased when the share is closed
  std::optional<TimeMs> expires_at;
  TimeMs created_at;
  Status status = Status::living;
  std::optional<TimeMs> closed_at;
  friend bool operator==(const Share&, const Share&) = default;
};

// "living", "revoked", "expired", "replaced", "record_deleted".
std::string_view status_name(Share::Status status);

struct Order {
  enum class Status : std::uint8_t {
    open = 0,
    purchased = 1,
    delivered = 2,
    refunded = 3,
    withdrawn = 4
  };

  UserId seller;
  std::vector<RecordId> records;  // 1 to 64, in the seller's order
  std::uint64_t price = 0;
  std::optional<OpaqueAccess> text;  // erased when the order has ended
  bool delivery_proven = false;      // all are capsules
  bool made_by_institution = false;  // all are
  bool deidentified = false;         // all are
  std::vector<std::string> types;    // of the records, sorted, distinct; the empty one left out
  TimeMs created_at;
  Status status = Status::open;
  std::optional<UserId> buyer;
  std::optional<ReaderKey> buyer_key;
  std::optional<TimeMs> deadline;       // for the delivery
  std::optional<TimeMs> retention_end;  // after the delivery
  std::vector<Access> deliveries;       // one for each record, once delivered
  std::optional<TimeMs> closed_at;      // delivered, refunded or withdrawn
  friend bool operator==(const Order&, const Order&) = default;
};

// "open", "purchased", "delivered", "refunded", "withdrawn".
std::string_view status_name(Order::Status status);

Bytes encode_share(const Share& share);
Bytes encode_order(const Order& order);

// Errors: malformed, not_canonical. What these accept, encoding gives back byte for byte.
Result<Share> decode_share(ByteView bytes);
Result<Order> decode_order(ByteView bytes);

}  // namespace generion::contract
