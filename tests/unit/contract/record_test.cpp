#include "test_chain.h"

using namespace generion;
using namespace generion::contract;

namespace {

Lock some_lock() {
  return *Lock::from(Bytes(64, 'l'));
}

CreateRecord replacing(const Address& owner, std::uint64_t id) {
  CreateRecord op = record_for(owner);
  op.replaces = RecordId(id);
  return op;
}

// Record 1 is person(1)'s own, 2 was made for him by hospital(1), 3 by hospital(2); person(2) is a
// user without records.
TestChain chain_with_records(const Genesis& genesis = test_genesis()) {
  TestChain chain(genesis);
  chain.admit({person(1), person(2)});
  chain.must(person(1), {record_for(person(1))});
  chain.must(hospital(1), {record_for(person(1))});
  chain.must(hospital(2), {record_for(person(1))});
  return chain;
}

struct Refused {
  Address sender;
  Operation operation;
  Code code;
};

void check_refusals(TestChain& chain, const std::vector<Refused>& rows) {
  for (const Refused& row : rows) {
    INFO("expected " << code_name(row.code));
    const Receipt receipt = chain.run(row.sender, {row.operation});
    INFO(chain.last_message);
    CHECK(receipt.code == row.code);
    CHECK(chain.last_message.starts_with("operation 0, "));
  }
}

}  // namespace

TEST_CASE("a user's own record is born verified") {
  TestChain chain;
  chain.admit({person(1)});
  CreateRecord op = record_for(person(1), "Condition");
  op.lock = some_lock();
  op.document = crypto::blake2b256({"ciphertext"});
  op.deidentified = true;
  CHECK(chain.must(person(1), {op}) == std::vector<std::uint64_t>{1});

  const auto found = find_record(chain.state, RecordId(1));
  REQUIRE(found.has_value());
  CHECK(found->owner == person(1));
  CHECK(found->creator == person(1));
  CHECK(found->attachment == AttachmentId{chain.height, 0, 0});
  Record expected;
  expected.owner = UserId(1);
  expected.data_pub_key = op.data_pub_key;
  expected.lock = op.lock;
  expected.data = op.data;
  expected.document = op.document;
  expected.type = "Condition";
  expected.verified = true;
  expected.deidentified = true;
  expected.created_at = chain.time;
  expected.filed = {chain.height, 0, 0};
  CHECK(found->record == expected);
  CHECK(find_user(chain.state, person(1))->user.record_count == 1);
}

TEST_CASE("an institution's record is unverified, and admits somebody unknown") {
  TestChain chain;
  CHECK(chain.must(hospital(2), {record_for(person(1))}) == std::vector<std::uint64_t>{1});
  const auto found = find_record(chain.state, RecordId(1));
  REQUIRE(found.has_value());
  CHECK(found->owner == person(1));
  CHECK(found->creator == hospital(2));
  CHECK(found->record.creator == InstitutionId(2));
  CHECK_FALSE(found->record.verified);
  const auto user = find_user(chain.state, person(1));
  REQUIRE(user.has_value());
  CHECK(user->admitted_by == hospital(2));
  CHECK(user->user.record_count == 1);
  // Admitted, so he can act now.
  chain.must(person(1), {VerifyRecord{{RecordId(1)}}});
}

TEST_CASE("a data_pub_key other than the user's reader key is a further, one-time key") {
  TestChain chain;
  chain.admit({person(1)});
  chain.must(person(1), {SetUserPubKey{reader_key('a')}});
  CreateRecord op = record_for(person(1));
  op.lock = some_lock();
  op.data_pub_key = reader_key('b');
  chain.must(person(1), {op});
  chain.must(hospital(1), {op});
  CHECK(find_record(chain.state, RecordId(2))->record.data_pub_key == reader_key('b'));
}

TEST_CASE("createRecord: refusals") {
  TestChain chain = chain_with_records();
  chain.must(person(2), {record_for(person(2))});  // 4
  chain.must(person(1), {record_for(person(1))});  // 5
  chain.must(person(1), {DeleteRecord{RecordId(5)}});
  CreateRecord lower_case = record_for(person(1), "observation");
  check_refusals(chain, {
                            {person(1), record_for(person(2)), Code::not_institution},
                            {person(1), record_for(person(9)), Code::not_institution},
                            {person(1), record_for(hospital(1)), Code::not_institution},
                            {hospital(1), record_for(hospital(1)), Code::is_institution},
                            {hospital(1), record_for(hospital(2)), Code::is_institution},
                            {person(1), record_for(person(1), "Sonnet"), Code::type_unknown},
                            {person(1), lower_case, Code::type_unknown},
                            {hospital(1), record_for(person(9), "Sonnet"), Code::type_unknown},
                            {person(1), replacing(person(1), 0), Code::record_not_found},
                            {person(1), replacing(person(1), 6), Code::record_not_found},
                            {person(1), replacing(person(1), UINT64_MAX), Code::record_not_found},
                            {person(1), replacing(person(1), 4), Code::not_owner},
                            {hospital(1), replacing(person(2), 1), Code::not_owner},
                            {hospital(1), replacing(person(9), 1), Code::not_owner},
                            {person(1), replacing(person(1), 5), Code::record_deleted},
                        });
  CHECK_FALSE(find_user(chain.state, person(9)).has_value());
  CHECK(read_counters(chain.state).records == 5);
}

TEST_CASE("a type may be left out, and a record may replace one of the same owner") {
  TestChain chain = chain_with_records();
  CHECK(chain.must(person(1), {record_for(person(1), "")}) == std::vector<std::uint64_t>{4});
  CHECK(chain.must(person(1), {replacing(person(1), 2)}) == std::vector<std::uint64_t>{5});
  CHECK(chain.must(hospital(1), {replacing(person(1), 3)}) == std::vector<std::uint64_t>{6});
  CHECK(find_record(chain.state, RecordId(5))->record.replaces == RecordId(2));
  // The one that is replaced stays as it is.
  CHECK_FALSE(find_record(chain.state, RecordId(2))->record.deleted);
}

TEST_CASE("a record may replace one of the same transaction") {
  TestChain chain;
  CHECK(chain.must(hospital(1), {record_for(person(1)), replacing(person(1), 1)}).size() == 2);
}

TEST_CASE("records of one owner are limited, deleted ones included") {
  TestChain chain(with_parameters([](Parameters& p) { p.records_per_user_max = 2; }));
  chain.admit({person(1), person(2)});
  chain.must(person(1), {record_for(person(1))});
  chain.must(hospital(1), {record_for(person(1))});
  CHECK(chain.run(person(1), {record_for(person(1))}).code == Code::record_limit);
  CHECK(chain.run(hospital(2), {record_for(person(1))}).code == Code::record_limit);
  chain.must(person(1), {DeleteRecord{RecordId(1)}});
  CHECK(chain.run(person(1), {record_for(person(1))}).code == Code::record_limit);
  const Receipt third =
      chain.run(hospital(1), {record_for(person(2)), record_for(person(2)), record_for(person(2))});
  CHECK(third.code == Code::record_limit);
  CHECK(third.failed_operation == 2);
}

TEST_CASE("the owner verifies what institutions made, several at once") {
  TestChain chain = chain_with_records();
  CHECK(chain.must(person(1), {VerifyRecord{{RecordId(3), RecordId(2)}}}).empty());
  CHECK(find_record(chain.state, RecordId(2))->record.verified);
  CHECK(find_record(chain.state, RecordId(3))->record.verified);
}

TEST_CASE("verifyRecord: refusals") {
  TestChain chain = chain_with_records();
  chain.must(hospital(1), {record_for(person(1))});  // 4
  chain.must(person(1), {DeleteRecord{RecordId(4)}});
  const auto ids = [](std::initializer_list<std::uint64_t> numbers) {
    VerifyRecord op;
    for (const std::uint64_t number : numbers) op.record_id.push_back(RecordId(number));
    return op;
  };
  check_refusals(chain, {
                            {person(1), ids({0}), Code::record_not_found},
                            {person(1), ids({5}), Code::record_not_found},
                            {person(2), ids({2}), Code::not_owner},
                            {hospital(1), ids({2}), Code::not_owner},
                            {person(1), ids({4}), Code::record_deleted},
                            {person(1), ids({1}), Code::already_verified},
                            {person(1), ids({2, 1}), Code::already_verified},
                            {person(1), ids({2, 2}), Code::already_verified},
                            {person(1), ids({2, 5}), Code::record_not_found},
                        });
  CHECK_FALSE(find_record(chain.state, RecordId(2))->record.verified);
}

TEST_CASE("the owner deletes any record of his, the creator an unverified one") {
  TestChain chain = chain_with_records();
  const auto filed = find_record(chain.state, RecordId(2))->attachment;
  REQUIRE(filed.has_value());
  chain.must(hospital(1), {DeleteRecord{RecordId(2)}});
  CHECK(chain.last_writes.erasures == std::vector<AttachmentId>{*filed});
  chain.must(person(1), {VerifyRecord{{RecordId(3)}}});
  chain.must(person(1), {DeleteRecord{RecordId(3)}, DeleteRecord{RecordId(1)}});
  CHECK(chain.last_writes.erasures.size() == 2);

  for (std::uint64_t id = 1; id <= 3; ++id) {
    const auto found = find_record(chain.state, RecordId(id));
    REQUIRE(found.has_value());
    CHECK(found->record.deleted);
    CHECK_FALSE(found->attachment.has_value());
    // The tombstone keeps what the record said, so that history stays provable.
    CHECK(found->record.data == record_for(person(1)).data);
  }
  // Counts never go down, and the list keeps its length.
  CHECK(find_user(chain.state, person(1))->user.record_count == 3);
  CHECK(record_ids_of(chain.state, UserId(1), RecordId(0), 10).size() == 3);
}

TEST_CASE("deleteRecord: refusals") {
  TestChain chain = chain_with_records();
  chain.must(person(1), {VerifyRecord{{RecordId(2)}}});
  chain.must(hospital(2), {record_for(person(1))});  // 4
  chain.must(hospital(2), {DeleteRecord{RecordId(4)}});
  const auto remove = [](std::uint64_t id) { return DeleteRecord{RecordId(id)}; };
  check_refusals(chain, {
                            {person(1), remove(0), Code::record_not_found},
                            {person(1), remove(5), Code::record_not_found},
                            {person(2), remove(1), Code::not_owner},
                            {person(2), remove(3), Code::not_owner},
                            {hospital(1), remove(1), Code::not_creator},
                            {hospital(1), remove(3), Code::not_creator},
                            {hospital(1), remove(2), Code::already_verified},
                            {person(1), remove(4), Code::record_deleted},
                            {hospital(2), remove(4), Code::record_deleted},
                        });
}
