// The look-ups: an index outside the state root. Each row is a function of the chain alone, made
// again by executing it: docs/protocol/state.md. Keys are one byte for the table, then big-endian
// numbers or an address, so that a scan of a prefix yields them in order.
#pragma once

#include <cstdint>
#include <optional>

#include "contract/objects.h"

namespace generion::contract {

// Numbers are frozen: they stand in history rows.
enum class RecordChange : std::uint8_t { created = 1, verified = 2, deleted = 3 };

// The operation's name, such as "createRecord".
std::string_view change_operation(RecordChange change);

// Where an operation stands in the chain.
struct Position {
  Height height;
  std::uint32_t transaction = 0;  // place in the batch's list of ids, skipped ones counted
  std::uint32_t operation = 0;    // place in the transaction
  friend auto operator<=>(const Position&, const Position&) = default;
};

// One change of a record.
struct HistoryEntry {
  Position position;
  RecordChange change = RecordChange::created;
  TimeMs time;  // of the block
  TxId tx_id;
  Address by;  // the transaction's sender
  friend bool operator==(const HistoryEntry&, const HistoryEntry&) = default;
};

// address -> number of the user or the institution; an address is never both.
Bytes user_by_address_key(const Address& address);
Bytes institution_by_address_key(const Address& address);
Bytes number_value(std::uint64_t number);
std::uint64_t parse_number(ByteView value);

// owner, record -> empty: the records of an owner in order of their ids, deleted ones included.
Bytes owner_records_prefix(UserId owner);
Bytes owner_record_key(UserId owner, RecordId record);
RecordId parse_owner_record_key(ByteView key);

// ordinal -> user number: the users that have had a record, in the order of their first ones;
// ordinals are dense, from 1.
Bytes listed_user_prefix();
Bytes listed_user_key(std::uint64_t ordinal);
std::uint64_t parse_listed_user_key(ByteView key);

// record, position -> change: a record's history in order.
Bytes history_prefix(RecordId record);
Bytes history_key(RecordId record, const Position& position);
Bytes history_value(const HistoryEntry& entry);
HistoryEntry parse_history(ByteView key, ByteView value);

}  // namespace generion::contract
