// The look-ups: an index outside the state root. Each row is a function of the chain alone, made
// again by executing it: docs/protocol/state.md. Keys are one byte for the table, then big-endian
// numbers or an address, so that a scan of a prefix yields them in order.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "contract/objects.h"
#include "types/block.h"
#include "types/evidence.h"

namespace generion::contract {

// The key that may move a user.
struct RecoveryOf {
  UserId user;
  friend bool operator==(const RecoveryOf&, const RecoveryOf&) = default;
};

// The key with which a validator's node signs, or signed once: it is nobody else's for ever.
struct NodeKeyOf {
  ValidatorId validator;
  friend bool operator==(const NodeKeyOf&, const NodeKeyOf&) = default;
};

// A key that a decided proposal will make a validator's.
struct ReservedFor {
  ProposalId proposal;
  friend bool operator==(const ReservedFor&, const ReservedFor&) = default;
};

// Whose key it is: nobody's, a user's or an institution's own, a user's recovery key, a validator's
// governance key or its node's, or reserved. A key is never two of these.
using Identity = std::variant<std::monostate, UserId, InstitutionId, RecoveryOf, ValidatorId,
                              NodeKeyOf, ReservedFor>;

// key -> whose it is; nobody has no row.
Bytes identity_key(const PublicKey& key);
Bytes identity_value(const Identity& identity);
Identity parse_identity(ByteView value);

Bytes number_value(std::uint64_t number);
std::uint64_t parse_number(ByteView value);

// Lists of ids, ascending: rows (of whom, member) -> empty.
enum class IdList : std::uint8_t {
  owner_records = 3,    // user: records, deleted ones included
  record_shares = 8,    // record: shares ever
  owner_shares = 9,     // user: shares ever given
  grantee_shares = 10,  // user: shares ever received
  status_orders = 11,   // Order::Status: orders
  seller_orders = 12,   // user: orders
  buyer_orders = 13,    // user: orders
  record_orders = 14,   // record: orders that ever held it
};
Bytes list_prefix(IdList list, std::uint64_t of);
Bytes list_key(IdList list, std::uint64_t of, std::uint64_t member);
std::uint64_t parse_list_key(ByteView key);  // the member

// ordinal -> user number: the users that have had a record, in the order of their first ones;
// ordinals are dense, from 1.
Bytes listed_user_prefix();
Bytes listed_user_key(std::uint64_t ordinal);
std::uint64_t parse_listed_user_key(ByteView key);

// record, grantee -> share number: shares that are not closed, at most one for each grantee.
Bytes living_share_prefix(RecordId record);
Bytes living_share_key(RecordId record, UserId grantee);

// month, institution, type -> empty: the statistics cells that there are.
Bytes cell_row_prefix();
Bytes cell_row_key(const CellName& name);
CellName parse_cell_row_key(ByteView key);

// What the rows of a month's cells start with.
Bytes cell_row_month(std::uint32_t month);

// validator -> how many of its proposals are open; none: no row.
Bytes open_proposals_key(ValidatorId validator);

// epoch -> empty: those after which other validators agree than before.
Bytes set_change_prefix();
Bytes set_change_key(Epoch epoch);
Epoch parse_set_change_key(ByteView key);

// validator, epoch, kind -> evidence number.
Bytes evidence_prefix(ValidatorId validator);
Bytes evidence_row_key(ValidatorId validator, Epoch epoch, Evidence::Kind kind);

// --- what falls due by itself ---

struct Due {
  TimeMs time;
  DueKind kind = DueKind::order_deadline;
  std::uint64_t id = 0;
  friend auto operator<=>(const Due&, const Due&) = default;
};

// time, kind, id -> empty: ascending as they fall due.
Bytes due_prefix();
Bytes due_key(const Due& due);
Due parse_due_key(ByteView key);
// Sorts after all that is due before `time` and before all else that is due.
Bytes due_from(TimeMs time);

// One row: a key of what is due, at or before which nothing is left. Saves the search from passing
// over what is done.
Bytes due_done_key();

// --- histories ---

// Where an operation stands in the chain.
struct Position {
  Height height;
  std::uint32_t transaction = 0;  // place in the batch's list of ids, skipped ones counted
  std::uint32_t operation = 0;    // place in the transaction
  friend auto operator<=>(const Position&, const Position&) = default;
};

// The `transaction` of what fell due by itself; `operation` is then its place among them.
inline constexpr std::uint32_t kSystemPlace = UINT32_MAX;

// Numbers are frozen: they stand in history rows.
enum class RecordChange : std::uint8_t {
  created = 1,
  verified = 2,
  deleted = 3,
  relocked = 4,
  shared = 5,
  share_revoked = 6,
  share_expired = 7,
  offered = 8,
  purchased = 9,
  delivered = 10,
  refunded = 11,
  withdrawn = 12,  // an order that held it
};

// The operation's name, such as "createRecord"; for what fell due by itself "expireShare" and
// "refundOrder".
std::string_view change_operation(RecordChange change);

// One change of a record or of who may read it.
struct HistoryEntry {
  Position position;
  RecordChange change = RecordChange::created;
  TimeMs time;  // of the block
  // Both zero if it fell due by itself.
  TxId tx_id;
  Address by;               // the transaction's sender
  std::uint64_t about = 0;  // the share or the order, where it is about one
  friend bool operator==(const HistoryEntry&, const HistoryEntry&) = default;
};

// record, position, change -> the rest: a record's history in order. One operation can leave two
// changes of one record.
Bytes history_prefix(RecordId record);
Bytes history_key(RecordId record, const Position& position, RecordChange change);
Bytes history_value(const HistoryEntry& entry);
HistoryEntry parse_history(ByteView key, ByteView value);

// Numbers are frozen: they stand in account rows.
enum class AccountChange : std::uint8_t {
  sent = 1,  // a transaction, whatever it did
  transfer_in = 2,
  transfer_out = 3,
  escrowed = 4,  // by the buyer
  paid = 5,      // to the seller
  refunded = 6,  // to the buyer
  minted = 7,
  moved = 8,  // to a new key
};

// "sent", "transfer_in", ...
std::string_view change_name(AccountChange change);

// Whose account: a user's or an institution's.
using Account = std::variant<UserId, InstitutionId>;

struct AccountEntry {
  Position position;  // two of one operation have the same: `sequence` tells them apart
  std::uint32_t sequence = 0;
  AccountChange change = AccountChange::sent;
  TimeMs time;  // of the block
  std::uint64_t amount = 0;
  std::optional<UserId> other;  // the other party of a transfer or a sale
  std::uint64_t about = 0;      // the order or the proposal, where it is about one
  friend bool operator==(const AccountEntry&, const AccountEntry&) = default;
};

// account, position, sequence -> change: what an account sent, got and paid, in order.
Bytes account_prefix(const Account& account);
Bytes account_key(const Account& account, const Position& position, std::uint32_t sequence);
Bytes account_value(const AccountEntry& entry);
AccountEntry parse_account(ByteView key, ByteView value);

}  // namespace generion::contract
