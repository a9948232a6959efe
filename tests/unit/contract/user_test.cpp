// setUserPubKey, who may send at all, and the day's budget.
#include "test_chain.h"

using namespace generion;
using namespace generion::contract;

TEST_CASE("a user sets and renews his reader key") {
  TestChain chain;
  chain.admit({person(1)});
  CHECK_FALSE(find_user(chain.state, person(1))->user.reader_key.has_value());
  CHECK(chain.must(person(1), {SetUserPubKey{reader_key('a')}}).empty());
  CHECK(find_user(chain.state, person(1))->user.reader_key == reader_key('a'));
  chain.must(person(1), {SetUserPubKey{reader_key('b')}});
  CHECK(find_user(chain.state, person(1))->user.reader_key == reader_key('b'));
}

TEST_CASE("an institution has no reader key") {
  TestChain chain;
  CHECK(chain.run(hospital(1), {SetUserPubKey{reader_key('a')}}).code == Code::is_institution);
}

TEST_CASE("with admission by institutions, somebody unknown is refused whatever he sends") {
  TestChain chain;
  chain.admit({person(1)});
  const std::vector<Operation> operations = {SetUserPubKey{reader_key('a')}, AdmitUser{{person(3)}},
                                             record_for(person(2)), VerifyRecord{{RecordId(1)}},
                                             DeleteRecord{RecordId(1)}};
  for (const Operation& operation : operations) {
    const Receipt receipt = chain.run(person(2), {operation});
    CHECK(receipt.code == Code::not_admitted);
    CHECK(receipt.failed_operation == 0);
    CHECK(chain.last_message.find("gen1") != std::string::npos);
  }
  CHECK_FALSE(find_user(chain.state, person(2)).has_value());
}

TEST_CASE("with open admission, the first transaction that succeeds makes its sender a user") {
  TestChain chain(with_parameters(
      [](Parameters& parameters) { parameters.user_admission = Parameters::UserAdmission::open; }));
  CHECK(chain.run(person(1), {DeleteRecord{RecordId(1)}}).code == Code::record_not_found);
  CHECK_FALSE(find_user(chain.state, person(1)).has_value());

  chain.must(person(1), {SetUserPubKey{reader_key('a')}});
  const auto user = find_user(chain.state, person(1));
  REQUIRE(user.has_value());
  CHECK(user->id == UserId(1));
  CHECK_FALSE(user->admitted_by.has_value());
  CHECK(user->user.first_seen == chain.time);
  CHECK(chain.must(person(2), {record_for(person(2))}) == std::vector<std::uint64_t>{1});
  CHECK(read_counters(chain.state).users == 2);
  // Institutions can admit there too, but not one who came by himself.
  CHECK(chain.must(hospital(1), {AdmitUser{{person(3)}}}) == std::vector<std::uint64_t>{3});
  CHECK(chain.run(hospital(1), {AdmitUser{{person(1)}}}).code == Code::already_admitted);
}

TEST_CASE("an institution that is not accredited can do nothing") {
  const auto status = GENERATE(Institution::Status::suspended, Institution::Status::withdrawn);
  TestChain chain;
  chain.must(hospital(1), {record_for(person(1))});
  chain.set_status(hospital(1), status);
  const std::vector<Operation> operations = {SetUserPubKey{reader_key('a')}, AdmitUser{{person(3)}},
                                             record_for(person(1)), VerifyRecord{{RecordId(1)}},
                                             DeleteRecord{RecordId(1)}};
  for (const Operation& operation : operations) {
    CHECK(chain.run(hospital(1), {operation}).code == Code::institution_not_accredited);
    CHECK(chain.last_message.find(status_name(status)) != std::string::npos);
  }
  // The others go on, and what it made stays.
  chain.must(hospital(2), {record_for(person(1))});
  chain.must(person(1), {VerifyRecord{{RecordId(1)}}});
  chain.set_status(hospital(1), Institution::Status::accredited);
  chain.must(hospital(1), {record_for(person(1))});
}

TEST_CASE("a user's operations are counted by the day of the block's time") {
  TestChain chain(with_parameters([](Parameters& p) { p.operations_per_day_max = 3; }));
  chain.admit({person(1), person(2)});
  const Operation set = SetUserPubKey{reader_key('a')};
  chain.must(person(1), {set, set});

  const Receipt too_many = chain.run(person(1), {set, set});
  CHECK(too_many.code == Code::operation_limit);
  CHECK(too_many.failed_operation == 1);
  // What was refused is not counted.
  chain.must(person(1), {set});
  CHECK(chain.run(person(1), {set}).code == Code::operation_limit);
  chain.must(person(2), {set, set, set});

  const std::uint64_t midnight = (kTestTime / kTestDay + 1) * kTestDay;
  CHECK(chain.last_message.empty());
  chain.time = TimeMs(midnight - 1);
  CHECK(chain.run(person(1), {set}).code == Code::operation_limit);
  CHECK(chain.last_message.find(std::to_string(midnight)) != std::string::npos);
  chain.time = TimeMs(midnight);
  chain.must(person(1), {set, set, set});
  CHECK(chain.run(person(1), {set}).code == Code::operation_limit);
  CHECK(find_user(chain.state, person(1))->user.budget == Budget{midnight / kTestDay, 3, 0});
}

TEST_CASE("an institution's operations are counted as well") {
  TestChain chain(with_parameters([](Parameters& p) { p.operations_per_day_max = 2; }));
  chain.must(hospital(1), {AdmitUser{{person(1), person(2), person(3)}}, record_for(person(1))});
  CHECK(chain.run(hospital(1), {record_for(person(1))}).code == Code::operation_limit);
  chain.must(hospital(2), {record_for(person(1)), record_for(person(2))});
  chain.time = TimeMs(chain.time.value() + kTestDay);
  chain.must(hospital(1), {record_for(person(1))});
}
