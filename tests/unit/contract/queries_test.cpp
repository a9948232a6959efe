#include "contract/queries.h"

#include "test_chain.h"

using namespace generion;
using namespace generion::contract;

namespace {

std::vector<std::uint64_t> numbers(const std::vector<RecordId>& ids) {
  std::vector<std::uint64_t> out;
  for (const RecordId id : ids) out.push_back(id.value());
  return out;
}

}  // namespace

TEST_CASE("what is not there is absent, not an error") {
  const TestChain chain;
  CHECK_FALSE(find_user_id(chain.state, person(1)).has_value());
  CHECK_FALSE(find_user(chain.state, person(1)).has_value());
  CHECK_FALSE(find_user(chain.state, hospital(1)).has_value());
  CHECK_FALSE(find_user(chain.state, UserId(0)).has_value());
  CHECK_FALSE(find_user(chain.state, UserId(1)).has_value());
  CHECK_FALSE(find_institution(chain.state, person(1)).has_value());
  CHECK_FALSE(find_institution(chain.state, InstitutionId(3)).has_value());
  CHECK_FALSE(find_record(chain.state, RecordId(0)).has_value());
  CHECK_FALSE(find_record(chain.state, RecordId(1)).has_value());
  CHECK(records_of(chain.state, UserId(1), RecordId(0), 10).empty());
  CHECK(record_ids_of(chain.state, UserId(1), RecordId(0), 10).empty());
  CHECK(users_with_records(chain.state, 0, 10).empty());
  CHECK(record_history(chain.state, RecordId(1), std::nullopt, 10).empty());
}

TEST_CASE("institutions, page by page") {
  const TestChain chain;
  const auto all = institutions(chain.state, InstitutionId(0), 10);
  REQUIRE(all.size() == 2);
  CHECK(all[0].institution.address == hospital(1));
  CHECK(all[1].institution.address == hospital(2));
  CHECK(all[1] == *find_institution(chain.state, hospital(2)));
  CHECK(institutions(chain.state, InstitutionId(0), 1) == std::vector<FoundInstitution>{all[0]});
  CHECK(institutions(chain.state, InstitutionId(1), 1) == std::vector<FoundInstitution>{all[1]});
  CHECK(institutions(chain.state, InstitutionId(2), 1).empty());
  CHECK(institutions(chain.state, InstitutionId(UINT64_MAX), 1).empty());
  CHECK(institutions(chain.state, InstitutionId(0), 0).empty());
}

TEST_CASE("an owner's records in order, page by page, with the addresses that they refer to") {
  TestChain chain;
  chain.must(hospital(1), {record_for(person(1)), record_for(person(2)), record_for(person(1))});
  chain.must(person(1), {record_for(person(1)), DeleteRecord{RecordId(3)}});
  chain.must(hospital(2), {record_for(person(1))});
  const UserId owner = *find_user_id(chain.state, person(1));

  CHECK(numbers(record_ids_of(chain.state, owner, RecordId(0), 10)) ==
        std::vector<std::uint64_t>{1, 3, 4, 5});
  CHECK(numbers(record_ids_of(chain.state, owner, RecordId(0), 2)) ==
        std::vector<std::uint64_t>{1, 3});
  CHECK(numbers(record_ids_of(chain.state, owner, RecordId(3), 2)) ==
        std::vector<std::uint64_t>{4, 5});
  CHECK(record_ids_of(chain.state, owner, RecordId(5), 2).empty());
  // A cursor may name a record that is not in the list.
  CHECK(numbers(record_ids_of(chain.state, owner, RecordId(2), 1)) ==
        std::vector<std::uint64_t>{3});

  const auto page = records_of(chain.state, owner, RecordId(1), 10);
  REQUIRE(page.size() == 3);
  CHECK(page[0].record.deleted);
  CHECK(page[0].creator == hospital(1));
  CHECK(page[1].creator == person(1));
  CHECK(page[2].creator == hospital(2));
  for (const FoundRecord& found : page) {
    CHECK(found.owner == person(1));
    CHECK(found == *find_record(chain.state, found.id));
    CHECK(found.attachment.has_value() == !found.record.deleted);
  }
}

TEST_CASE("users are listed once, in the order of their first records") {
  TestChain chain;
  chain.admit({person(1), person(2), person(3)});
  chain.must(person(3), {record_for(person(3))});
  chain.must(hospital(1), {record_for(person(1)), record_for(person(3)), record_for(person(1))});
  chain.must(person(3), {DeleteRecord{RecordId(1)}});
  const auto all = users_with_records(chain.state, 0, 10);
  REQUIRE(all.size() == 2);
  CHECK(all[0] == ListedUser{1, UserId(3), person(3)});
  CHECK(all[1] == ListedUser{2, UserId(1), person(1)});
  CHECK(users_with_records(chain.state, 0, 1) == std::vector<ListedUser>{all[0]});
  CHECK(users_with_records(chain.state, 1, 9) == std::vector<ListedUser>{all[1]});
  CHECK(users_with_records(chain.state, 2, 9).empty());
  CHECK(read_counters(chain.state).listed_users == 2);
}

TEST_CASE("a record's history: every change with its block, transaction and sender") {
  TestChain chain;
  chain.must(hospital(1), {record_for(person(2)), record_for(person(1))});
  const TxId created = chain.last_transaction.id;
  chain.time = TimeMs(kTestTime + 5);
  chain.must(person(1), {SetUserPubKey{reader_key('a')}, VerifyRecord{{RecordId(2)}}});
  const TxId verified = chain.last_transaction.id;
  CHECK(chain.run(person(1), {VerifyRecord{{RecordId(2)}}}).code == Code::already_verified);
  chain.must(person(1), {DeleteRecord{RecordId(2)}});
  const TxId deleted = chain.last_transaction.id;

  const std::vector<HistoryEntry> expected = {
      {{Height(1), 0, 1}, RecordChange::created, TimeMs(kTestTime), created, hospital(1)},
      {{Height(2), 0, 1}, RecordChange::verified, TimeMs(kTestTime + 5), verified, person(1)},
      {{Height(4), 0, 0}, RecordChange::deleted, TimeMs(kTestTime + 5), deleted, person(1)},
  };
  CHECK(record_history(chain.state, RecordId(2), std::nullopt, 10) == expected);
  CHECK(record_history(chain.state, RecordId(2),
                       HistoryPlace{expected[0].position, expected[0].change},
                       1) == std::vector<HistoryEntry>{expected[1]});
  CHECK(record_history(chain.state, RecordId(2),
                       HistoryPlace{expected[2].position, expected[2].change}, 1)
            .empty());
  CHECK(record_history(chain.state, RecordId(1), std::nullopt, 10).size() == 1);
}
