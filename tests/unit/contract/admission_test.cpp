#include "test_chain.h"

using namespace generion;
using namespace generion::contract;

TEST_CASE("an institution admits users, who are numbered from 1") {
  TestChain chain;
  CHECK(chain.must(hospital(1), {AdmitUser{{person(7), person(3)}}}) ==
        std::vector<std::uint64_t>{1, 2});
  CHECK(chain.must(hospital(2), {AdmitUser{{person(5)}}}) == std::vector<std::uint64_t>{3});

  const auto user = find_user(chain.state, person(3));
  REQUIRE(user.has_value());
  CHECK(user->id == UserId(2));
  CHECK(user->user.address == person(3));
  CHECK(user->admitted_by == hospital(1));
  CHECK(user->user.first_seen == TimeMs(kTestTime));
  CHECK(user->user.record_count == 0);
  CHECK(find_user(chain.state, UserId(3))->admitted_by == hospital(2));
  CHECK(read_counters(chain.state).users == 3);
  // Admitted is not listed: that takes a record.
  CHECK(users_with_records(chain.state, 0, 10).empty());
}

TEST_CASE("admitUser refuses users as senders, and who is known already") {
  TestChain chain;
  chain.admit({person(1)});
  struct Row {
    Address sender;
    std::vector<Address> admitted;
    Code code;
  };
  const std::vector<Row> rows = {
      {person(1), {person(2)}, Code::not_institution},
      {hospital(1), {person(1)}, Code::already_admitted},
      {hospital(2), {person(2), person(1)}, Code::already_admitted},
      {hospital(1), {person(2), person(2)}, Code::already_admitted},
      {hospital(1), {hospital(2)}, Code::is_institution},
      {hospital(1), {person(2), hospital(1)}, Code::is_institution},
  };
  for (const Row& row : rows) {
    INFO(code_name(row.code));
    CHECK(chain.run(row.sender, {AdmitUser{row.admitted}}).code == row.code);
  }
  CHECK(read_counters(chain.state).users == 1);
  CHECK_FALSE(find_user(chain.state, person(2)).has_value());
}

TEST_CASE("admissions are counted by institution and day, those by a first record too") {
  TestChain chain(with_parameters([](Parameters& p) { p.admissions_per_day_max = 3; }));
  chain.must(hospital(1), {AdmitUser{{person(1), person(2)}}});
  CHECK(chain.run(hospital(1), {AdmitUser{{person(3), person(4)}}}).code == Code::admission_limit);
  chain.must(hospital(1), {record_for(person(3))});
  CHECK(chain.run(hospital(1), {record_for(person(4))}).code == Code::admission_limit);
  // Known people need no admission.
  chain.must(hospital(1), {record_for(person(3)), record_for(person(1))});
  chain.must(hospital(2), {AdmitUser{{person(4)}}});

  chain.time = TimeMs((kTestTime / kTestDay + 1) * kTestDay);
  CHECK(chain.must(hospital(1), {AdmitUser{{person(5), person(6), person(7)}}}).size() == 3);
  CHECK(chain.run(hospital(1), {AdmitUser{{person(8)}}}).code == Code::admission_limit);
}
