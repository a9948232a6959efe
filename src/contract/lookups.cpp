#include "contract/lookups.h"

#include "base/assert.h"
#include "base/byte_io.h"

namespace generion::contract {
namespace {

// First bytes of the look-ups' keys; frozen.
enum class Table : std::uint8_t {
  user_by_address = 1,
  institution_by_address = 2,
  owner_records = 3,
  listed_users = 4,
  history = 5,
};

ByteWriter start(Table table) {
  ByteWriter out;
  out.reserve(48);
  out.u8(static_cast<std::uint8_t>(table));
  return out;
}

// The rows are this file's own, kept under checksums by the ledger: a short one is our bug.
std::uint64_t last_number(ByteView key) {
  GENERION_ASSERT(key.size() >= 8);
  return ByteReader(key.substr(key.size() - 8)).u64();
}

}  // namespace

std::string_view change_operation(RecordChange change) {
  switch (change) {
    case RecordChange::created:
      return "createRecord";
    case RecordChange::verified:
      return "verifyRecord";
    case RecordChange::deleted:
      return "deleteRecord";
  }
  return "unknown";
}

Bytes user_by_address_key(const Address& address) {
  return start(Table::user_by_address).fixed(address).bytes();
}

Bytes institution_by_address_key(const Address& address) {
  return start(Table::institution_by_address).fixed(address).bytes();
}

Bytes number_value(std::uint64_t number) {
  return ByteWriter().u64(number).bytes();
}

std::uint64_t parse_number(ByteView value) {
  GENERION_ASSERT(value.size() == 8);
  return last_number(value);
}

Bytes owner_records_prefix(UserId owner) {
  return start(Table::owner_records).u64(owner.value()).bytes();
}

Bytes owner_record_key(UserId owner, RecordId record) {
  return start(Table::owner_records).u64(owner.value()).u64(record.value()).bytes();
}

RecordId parse_owner_record_key(ByteView key) {
  return RecordId(last_number(key));
}

Bytes listed_user_prefix() {
  return start(Table::listed_users).bytes();
}

Bytes listed_user_key(std::uint64_t ordinal) {
  return start(Table::listed_users).u64(ordinal).bytes();
}

std::uint64_t parse_listed_user_key(ByteView key) {
  return last_number(key);
}

Bytes history_prefix(RecordId record) {
  return start(Table::history).u64(record.value()).bytes();
}

Bytes history_key(RecordId record, const Position& position) {
  return start(Table::history)
      .u64(record.value())
      .u64(position.height.value())
      .u32(position.transaction)
      .u32(position.operation)
      .bytes();
}

Bytes history_value(const HistoryEntry& entry) {
  ByteWriter out;
  out.reserve(80);
  out.u8(static_cast<std::uint8_t>(entry.change))
      .u64(entry.time.value())
      .fixed(entry.tx_id)
      .fixed(entry.by);
  return std::move(out).bytes();
}

HistoryEntry parse_history(ByteView key, ByteView value) {
  HistoryEntry out;
  ByteReader at(key);
  at.raw(1 + 8);  // table and record
  out.position = {Height(at.u64()), at.u32(), at.u32()};
  ByteReader in(value);
  const std::uint8_t change = in.u8();
  out.time = TimeMs(in.u64());
  out.tx_id = in.fixed<TxId>();
  out.by = in.fixed<Address>();
  GENERION_ASSERT(at.done() && in.done());
  GENERION_ASSERT(change >= 1 && change <= static_cast<std::uint8_t>(RecordChange::deleted));
  out.change = static_cast<RecordChange>(change);
  return out;
}

}  // namespace generion::contract
