#include "contract/lookups.h"

#include <catch2/catch.hpp>

#include "base/hex.h"

using namespace generion;
using namespace generion::contract;

TEST_CASE("look-up keys are frozen") {
  const Address address = *Address::from(Bytes(32, '\x07'));
  const std::string address_hex = to_hex(address.view());
  CHECK(to_hex(identity_key(address)) == "01" + address_hex);
  CHECK(to_hex(identity_value(UserId(1))) == "010000000000000001");
  CHECK(to_hex(identity_value(InstitutionId(2))) == "020000000000000002");
  CHECK(to_hex(identity_value(RecoveryOf{UserId(3)})) == "030000000000000003");
  CHECK(to_hex(identity_value(ValidatorId(4))) == "040000000000000004");
  CHECK(to_hex(identity_value(NodeKeyOf{ValidatorId(5)})) == "050000000000000005");
  CHECK(to_hex(identity_value(ReservedFor{ProposalId(6)})) == "060000000000000006");
  CHECK(to_hex(set_change_key(Epoch(7))) == "150000000000000007");
  CHECK(to_hex(evidence_row_key(ValidatorId(1), Epoch(2), Evidence::Kind::prepare)) ==
        "160000000000000001000000000000000202");
  CHECK(to_hex(list_prefix(IdList::owner_records, 5)) == "030000000000000005");
  CHECK(to_hex(list_key(IdList::owner_records, 5, 258)) == "0300000000000000050000000000000102");
  CHECK(to_hex(listed_user_prefix()) == "04");
  CHECK(to_hex(listed_user_key(3)) == "040000000000000003");
  CHECK(to_hex(history_prefix(RecordId(1))) == "050000000000000001");
  CHECK(to_hex(history_key(RecordId(1), {Height(2), 3, 4}, RecordChange::deleted)) ==
        "050000000000000001"
        "0000000000000002"
        "00000003"
        "00000004"
        "03");
  CHECK(to_hex(living_share_key(RecordId(1), UserId(2))) == "0700000000000000010000000000000002");
  CHECK(to_hex(due_key({TimeMs(3), DueKind::share_expiry, 4})) ==
        "060000000000000003"
        "03"
        "0000000000000004");
  CHECK(to_hex(cell_row_key({24'000, InstitutionId(1), "Observation"})) ==
        "1000005dc00000000000000001" + to_hex("Observation"));
  CHECK(to_hex(account_key(UserId(1), {Height(2), 3, 4}, 5)) ==
        "0f01"
        "0000000000000001"
        "0000000000000002"
        "00000003"
        "00000004"
        "00000005");
  CHECK(to_hex(account_prefix(InstitutionId(1))) == "0f020000000000000001");
}

TEST_CASE("what a row says is read back") {
  CHECK(parse_number(number_value(77)) == 77);
  CHECK(parse_identity(identity_value(NodeKeyOf{ValidatorId(5)})) ==
        Identity(NodeKeyOf{ValidatorId(5)}));
  CHECK(parse_identity(identity_value(ReservedFor{ProposalId(6)})) ==
        Identity(ReservedFor{ProposalId(6)}));
  CHECK(parse_set_change_key(set_change_key(Epoch(7))) == Epoch(7));
  CHECK(parse_list_key(list_key(IdList::owner_records, 5, 6)) == 6);
  CHECK(parse_listed_user_key(listed_user_key(9)) == 9);
  HistoryEntry entry;
  entry.position = {Height(1'000), 70'000, 255};
  entry.time = TimeMs(1'700'000'000'000);
  entry.tx_id = *TxId::from(Bytes(32, 't'));
  entry.by = *Address::from(Bytes(32, 'a'));
  for (const RecordChange change :
       {RecordChange::created, RecordChange::verified, RecordChange::withdrawn}) {
    entry.change = change;
    entry.about = change == RecordChange::withdrawn ? 7 : 0;
    CHECK(parse_history(history_key(RecordId(1), entry.position, change), history_value(entry)) ==
          entry);
  }
  for (const Identity& identity : {Identity(UserId(1)), Identity(InstitutionId(2)),
                                   Identity(RecoveryOf{UserId(3)}), Identity(ValidatorId(4))}) {
    CHECK(parse_identity(identity_value(identity)) == identity);
  }
  const Due due{TimeMs(5), DueKind::suspension_end, 6};
  CHECK(parse_due_key(due_key(due)) == due);
  const CellName cell{24'000, InstitutionId(1), "Observation"};
  CHECK(parse_cell_row_key(cell_row_key(cell)) == cell);
  AccountEntry account{{Height(1), 2, 3}, 4, AccountChange::paid, TimeMs(5), 6, UserId(7), 8};
  CHECK(parse_account(account_key(UserId(9), account.position, account.sequence),
                      account_value(account)) == account);
  account.other.reset();
  CHECK(parse_account(account_key(InstitutionId(9), account.position, account.sequence),
                      account_value(account)) == account);
}

TEST_CASE("keys sort as their numbers do, and one owner's prefix holds no other's rows") {
  CHECK(list_key(IdList::owner_records, 1, 255) < list_key(IdList::owner_records, 1, 256));
  CHECK(list_key(IdList::owner_records, 1, UINT64_MAX) < list_key(IdList::owner_records, 2, 1));
  CHECK_FALSE(
      list_key(IdList::owner_records, 256, 1).starts_with(list_prefix(IdList::owner_records, 1)));
  const auto key = [](const Position& position) {
    return history_key(RecordId(1), position, RecordChange::created);
  };
  CHECK(key({Height(1), 9, 9}) < key({Height(2), 0, 0}));
  CHECK(key({Height(1), 1, 9}) < key({Height(1), 2, 0}));
  CHECK(due_key({TimeMs(255), DueKind::suspension_end, 9}) <
        due_key({TimeMs(256), DueKind::order_deadline, 1}));
}

TEST_CASE("changes go by their operations' names") {
  CHECK(change_operation(RecordChange::created) == "createRecord");
  CHECK(change_operation(RecordChange::verified) == "verifyRecord");
  CHECK(change_operation(RecordChange::deleted) == "deleteRecord");
}
