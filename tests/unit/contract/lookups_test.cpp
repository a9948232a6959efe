#include "contract/lookups.h"

#include <catch2/catch.hpp>

#include "base/hex.h"

using namespace generion;
using namespace generion::contract;

TEST_CASE("look-up keys are frozen") {
  const Address address = *Address::from(Bytes(32, '\x07'));
  const std::string address_hex = to_hex(address.view());
  CHECK(to_hex(user_by_address_key(address)) == "01" + address_hex);
  CHECK(to_hex(institution_by_address_key(address)) == "02" + address_hex);
  CHECK(to_hex(owner_records_prefix(UserId(5))) == "030000000000000005");
  CHECK(to_hex(owner_record_key(UserId(5), RecordId(258))) == "0300000000000000050000000000000102");
  CHECK(to_hex(listed_user_prefix()) == "04");
  CHECK(to_hex(listed_user_key(3)) == "040000000000000003");
  CHECK(to_hex(history_prefix(RecordId(1))) == "050000000000000001");
  CHECK(to_hex(history_key(RecordId(1), {Height(2), 3, 4})) ==
        "050000000000000001"
        "0000000000000002"
        "00000003"
        "00000004");
}

TEST_CASE("what a row says is read back") {
  CHECK(parse_number(number_value(77)) == 77);
  CHECK(parse_owner_record_key(owner_record_key(UserId(5), RecordId(6))) == RecordId(6));
  CHECK(parse_listed_user_key(listed_user_key(9)) == 9);
  HistoryEntry entry;
  entry.position = {Height(1'000), 70'000, 255};
  entry.time = TimeMs(1'700'000'000'000);
  entry.tx_id = *TxId::from(Bytes(32, 't'));
  entry.by = *Address::from(Bytes(32, 'a'));
  for (const RecordChange change :
       {RecordChange::created, RecordChange::verified, RecordChange::deleted}) {
    entry.change = change;
    CHECK(parse_history(history_key(RecordId(1), entry.position), history_value(entry)) == entry);
  }
}

TEST_CASE("keys sort as their numbers do, and one owner's prefix holds no other's rows") {
  CHECK(owner_record_key(UserId(1), RecordId(255)) < owner_record_key(UserId(1), RecordId(256)));
  CHECK(owner_record_key(UserId(1), RecordId(UINT64_MAX)) <
        owner_record_key(UserId(2), RecordId(1)));
  CHECK_FALSE(
      owner_record_key(UserId(256), RecordId(1)).starts_with(owner_records_prefix(UserId(1))));
  CHECK(history_key(RecordId(1), {Height(1), 9, 9}) < history_key(RecordId(1), {Height(2), 0, 0}));
  CHECK(history_key(RecordId(1), {Height(1), 1, 9}) < history_key(RecordId(1), {Height(1), 2, 0}));
}

TEST_CASE("changes go by their operations' names") {
  CHECK(change_operation(RecordChange::created) == "createRecord");
  CHECK(change_operation(RecordChange::verified) == "verifyRecord");
  CHECK(change_operation(RecordChange::deleted) == "deleteRecord");
}
