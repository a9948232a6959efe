#include "contract/statistics_queries.h"

#include "base/limits.h"
#include "test_chain.h"

using namespace generion;
using namespace generion::contract;

namespace {

constexpr std::uint32_t kNovember = 2023 * 12 + 10;  // of kTestTime

void put_cell(MemoryState& state, const CellName& name, const Cell& cell) {
  BlockWrites writes;
  writes.objects.push_back({cell_key(name), encode_cell(cell), true});
  writes.lookups.push_back({cell_row_key(name), Bytes()});
  state.apply(writes);
}

// Cells of two months, two types (and none), two institutions and the owners.
TestChain chain_with_cells() {
  TestChain chain;
  const InstitutionId owners(0);
  const InstitutionId first(1);
  const InstitutionId second(2);
  put_cell(chain.state, {100, owners, ""}, {.created = 10, .sold = 4, .value = 1'000});
  put_cell(chain.state, {100, first, "Patient"}, {.created = 20, .verified = 5});
  put_cell(chain.state, {100, second, "Patient"}, {.created = 3, .sold = 2, .value = 50});
  put_cell(chain.state, {101, first, "Condition"}, {.created = 4, .deleted = 1});
  put_cell(chain.state, {101, first, "Patient"}, {.created = 30, .shared = 6, .offered = 7});
  return chain;
}

Statistics ask(const TestChain& chain, const StatisticsQuestion& question) {
  const auto found = statistics(chain.state, question);
  REQUIRE(found.has_value());
  return *found;
}

std::vector<std::uint64_t> created(const Statistics& statistics) {
  std::vector<std::uint64_t> out;
  for (const auto& group : statistics.groups) out.push_back(group.created.value_or(UINT64_MAX));
  return out;
}

constexpr std::uint64_t kLeftOut = UINT64_MAX;

}  // namespace

TEST_CASE("all cells in one group") {
  const TestChain chain = chain_with_cells();
  const Statistics all = ask(chain, {.smallest_count = 0});
  REQUIRE(all.groups.size() == 1);
  StatisticsGroup expected;
  expected.created = 67;
  expected.verified = 5;
  expected.deleted = 1;
  expected.shared = 6;
  expected.offered = 7;
  expected.sold = 6;
  expected.value = 1'050;
  CHECK(all.groups[0] == expected);
  CHECK(all.left_out == 0);
}

TEST_CASE("groups by any of month, type and institution, in order") {
  const TestChain chain = chain_with_cells();
  const auto groups = [&](bool month, bool type, bool institution) {
    StatisticsQuestion question;
    question.by_month = month;
    question.by_type = type;
    question.by_institution = institution;
    question.smallest_count = 0;
    return ask(chain, question);
  };
  using Counts = std::vector<std::uint64_t>;
  CHECK(created(groups(true, false, false)) == Counts{33, 34});
  CHECK(created(groups(false, true, false)) == Counts{10, 4, 53});
  CHECK(created(groups(false, false, true)) == Counts{10, 54, 3});
  CHECK(created(groups(true, true, false)) == Counts{10, 23, 4, 30});
  CHECK(created(groups(true, false, true)) == Counts{10, 20, 3, 34});
  CHECK(created(groups(false, true, true)) == Counts{10, 4, 50, 3});
  const Statistics single = groups(true, true, true);
  CHECK(created(single) == Counts{10, 20, 3, 4, 30});
  CHECK(single.groups[0].institution == StatisticsGroup::Maker{});
  CHECK(single.groups[0].type == "");
  CHECK(single.groups[0].month == 100);
  CHECK(single.groups[2].institution ==
        StatisticsGroup::Maker{InstitutionId(2), hospital(2), "Second"});
  CHECK(single.groups[2].type == "Patient");
  const Statistics by_type = groups(false, true, false);
  CHECK_FALSE(by_type.groups[0].month.has_value());
  CHECK_FALSE(by_type.groups[0].institution.has_value());
}

TEST_CASE("a range of months, both ends included") {
  const TestChain chain = chain_with_cells();
  const auto total = [&](std::uint32_t first, std::uint32_t last) {
    return created(ask(chain, {.first_month = first, .last_month = last}));
  };
  CHECK(total(100, 101) == std::vector<std::uint64_t>{67});
  CHECK(total(100, 100) == std::vector<std::uint64_t>{33});
  CHECK(total(101, 200) == std::vector<std::uint64_t>{34});
  CHECK(total(0, 99).empty());
  CHECK(total(102, UINT32_MAX).empty());
  CHECK(statistics(chain.state, {.first_month = 101, .last_month = 100}).error().code ==
        Code::bad_argument);
}

TEST_CASE("counts from 1 to k - 1 are left out, and counted") {
  const TestChain chain = chain_with_cells();
  const Statistics found = ask(chain, {.by_month = true, .by_type = true, .by_institution = true});
  CHECK(created(found) == std::vector<std::uint64_t>{10, 20, kLeftOut, kLeftOut, 30});
  CHECK(found.groups[1].verified == 5);  // k itself is shown
  CHECK(found.groups[1].deleted == 0);   // and so is nothing
  CHECK_FALSE(found.groups[3].deleted.has_value());
  // What four sales brought is left out as they are.
  CHECK_FALSE(found.groups[0].sold.has_value());
  CHECK_FALSE(found.groups[0].value.has_value());
  CHECK(found.groups[1].value == 0);
  CHECK(found.left_out == 5);

  // Sums are made before: what is small in every cell is shown once there is enough of it.
  const Statistics sum = ask(chain, {});
  CHECK(sum.groups[0].sold == 6);
  CHECK(sum.groups[0].value == 1'050);
  CHECK(sum.left_out == 1);
  for (const std::uint64_t k : {0, 1}) CHECK(ask(chain, {.smallest_count = k}).left_out == 0);
  CHECK(ask(chain, {.smallest_count = 68}).left_out == 6);
}

TEST_CASE("sums of value stop at the highest number") {
  TestChain chain;
  put_cell(chain.state, {100, InstitutionId(0), "a"}, {.sold = 9, .value = UINT64_MAX - 1});
  put_cell(chain.state, {100, InstitutionId(0), "b"}, {.sold = 9, .value = 2});
  CHECK(ask(chain, {}).groups[0].value == UINT64_MAX);
}

TEST_CASE("statistics are exact up to the last block") {
  TestChain chain;
  for (std::uint64_t n = 1; n <= 6; ++n) {
    chain.must(hospital(1), {record_for(person(1), "Patient")});
    const Statistics found = ask(chain, {.by_month = true, .by_type = true, .smallest_count = 0});
    REQUIRE(found.groups.size() == 1);
    CHECK(found.groups[0].month == kNovember);
    CHECK(found.groups[0].type == "Patient");
    CHECK(found.groups[0].created == n);
  }
  chain.must(person(1), {VerifyRecord{{RecordId(1), RecordId(2)}}, DeleteRecord{RecordId(1)}});
  chain.time = chain.time.plus(30 * kTestDay);
  chain.must(person(1), {DeleteRecord{RecordId(2)}});
  const Statistics found = ask(chain, {.by_month = true, .smallest_count = 0});
  REQUIRE(found.groups.size() == 2);
  CHECK(found.groups[0].verified == 2);
  CHECK(found.groups[0].deleted == 1);
  CHECK(found.groups[1].month == kNovember + 1);
  CHECK(found.groups[1].deleted == 1);
  CHECK(found.groups[1].created == 0);
}

TEST_CASE("more cells than one question sums") {
  TestChain chain;
  BlockWrites writes;
  for (std::uint32_t n = 0; n <= limits::kStatisticsCellsMax; ++n) {
    const CellName name{n / 100, InstitutionId(0), std::to_string(n % 100)};
    writes.objects.push_back({cell_key(name), encode_cell({.created = 1}), true});
    writes.lookups.push_back({cell_row_key(name), Bytes()});
  }
  chain.state.apply(writes);
  CHECK(statistics(chain.state, {}).error().code == Code::too_many);
  const Statistics most = ask(chain, {.first_month = 1});
  CHECK(created(most) == std::vector<std::uint64_t>{limits::kStatisticsCellsMax - 99});
}
