// The look-ups that tell what happened: to a record, to an account.
#include <array>

#include "base/assert.h"
#include "base/byte_io.h"
#include "contract/lookups.h"

namespace generion::contract {
namespace {

// First bytes of the keys; frozen, among those of lookups.cpp.
constexpr std::uint8_t kHistory = 5;
constexpr std::uint8_t kAccount = 15;

// In the order of RecordChange.
constexpr std::array<std::string_view, 12> kOperations = {
    "createRecord", "verifyRecord", "deleteRecord", "relockRecord", "shareRecord", "revokeShare",
    "expireShare",  "createOrder",  "purchaseData", "deliverOrder", "refundOrder", "deleteOrder"};

// In the order of AccountChange.
constexpr std::array<std::string_view, 8> kChanges = {
    "sent", "transfer_in", "transfer_out", "escrowed", "paid", "refunded", "minted", "moved"};

ByteWriter& write_position(ByteWriter& out, const Position& position) {
  return out.u64(position.height.value()).u32(position.transaction).u32(position.operation);
}

ByteWriter account_start(const Account& account) {
  ByteWriter out;
  out.reserve(32);
  const bool is_user = std::holds_alternative<UserId>(account);
  out.u8(kAccount).u8(is_user ? 1 : 2);
  out.u64(is_user ? std::get<UserId>(account).value() : std::get<InstitutionId>(account).value());
  return out;
}

}  // namespace

std::string_view change_operation(RecordChange change) {
  return kOperations.at(static_cast<std::size_t>(change) - 1);
}

std::string_view change_name(AccountChange change) {
  return kChanges.at(static_cast<std::size_t>(change) - 1);
}

Bytes history_prefix(RecordId record) {
  return ByteWriter().u8(kHistory).u64(record.value()).bytes();
}

Bytes history_key(RecordId record, const Position& position, RecordChange change) {
  ByteWriter out;
  out.reserve(26);
  out.u8(kHistory).u64(record.value());
  return write_position(out, position).u8(static_cast<std::uint8_t>(change)).bytes();
}

Bytes history_value(const HistoryEntry& entry) {
  ByteWriter out;
  out.reserve(88);
  out.u64(entry.time.value()).fixed(entry.tx_id).fixed(entry.by);
  if (entry.about != 0) out.u64(entry.about);
  return std::move(out).bytes();
}

HistoryEntry parse_history(ByteView key, ByteView value) {
  HistoryEntry out;
  ByteReader at(key);
  at.raw(1 + 8);  // table and record
  out.position = {Height(at.u64()), at.u32(), at.u32()};
  const std::uint8_t change = at.u8();
  ByteReader in(value);
  out.time = TimeMs(in.u64());
  out.tx_id = in.fixed<TxId>();
  out.by = in.fixed<Address>();
  if (in.remaining() > 0) out.about = in.u64();
  GENERION_ASSERT(at.done() && in.done());
  GENERION_ASSERT(change >= 1 && change <= kOperations.size());
  out.change = static_cast<RecordChange>(change);
  return out;
}

Bytes account_prefix(const Account& account) {
  return account_start(account).bytes();
}

Bytes account_key(const Account& account, const Position& position, std::uint32_t sequence) {
  ByteWriter out = account_start(account);
  return write_position(out, position).u32(sequence).bytes();
}

Bytes account_value(const AccountEntry& entry) {
  return ByteWriter()
      .u8(static_cast<std::uint8_t>(entry.change))
      .u64(entry.time.value())
      .u64(entry.amount)
      .u64(entry.other ? entry.other->value() : 0)
      .u64(entry.about)
      .bytes();
}

AccountEntry parse_account(ByteView key, ByteView value) {
  AccountEntry out;
  ByteReader at(key);
  at.raw(1 + 1 + 8);  // table and account
  out.position = {Height(at.u64()), at.u32(), at.u32()};
  out.sequence = at.u32();
  ByteReader in(value);
  const std::uint8_t change = in.u8();
  out.time = TimeMs(in.u64());
  out.amount = in.u64();
  if (const std::uint64_t other = in.u64()) out.other = UserId(other);
  out.about = in.u64();
  GENERION_ASSERT(at.done() && in.done());
  GENERION_ASSERT(change >= 1 && change <= kChanges.size());
  out.change = static_cast<AccountChange>(change);
  return out;
}

}  // namespace generion::contract
