#include "rpc/statistics_csv.h"

#include <catch2/catch.hpp>

#include "types/address.h"

using namespace generion;
using namespace generion::rpc;
using contract::Statistics;
using contract::StatisticsGroup;
using contract::StatisticsQuestion;

namespace {

constexpr std::uint32_t kNovember = 2026 * 12 + 10;
const Address kHospital = *Address::from(std::string(32, 'h'));

}  // namespace

TEST_CASE("a month in words") {
  CHECK(month_text(kNovember) == "2026-11");
  CHECK(month_text(2027 * 12) == "2027-01");
}

TEST_CASE("statistics as CSV: columns as asked, left-out counts empty, names quoted") {
  StatisticsGroup owners;
  owners.month = kNovember;
  owners.type = "";
  owners.institution = StatisticsGroup::Maker{};
  owners.created = owners.verified = owners.deleted = 0;
  owners.shared = owners.offered = 0;
  StatisticsGroup hospital = owners;
  hospital.type = "Observation";
  hospital.institution =
      StatisticsGroup::Maker{contract::InstitutionId(1), kHospital, "St. \"Anna\", Vienna"};
  hospital.created = 120;
  hospital.sold = 6;
  hospital.value = 900'000'000;
  const Statistics statistics{.groups = {owners, hospital}};
  const StatisticsQuestion all{.by_month = true, .by_type = true, .by_institution = true};
  CHECK(
      statistics_csv(all, statistics) ==
      "month,type,institution,institution_name,created,verified,deleted,shared,offered,sold,value\n"
      "2026-11,,,owners,0,0,0,0,0,,\n"
      "2026-11,Observation," +
          address_text(kHospital) + ",\"St. \"\"Anna\"\", Vienna\",120,0,0,0,0,6,900000000\n");
}

TEST_CASE("one group of all, and none") {
  StatisticsGroup sum;
  sum.created = 1;
  CHECK(statistics_csv({}, {.groups = {sum}}) ==
        "created,verified,deleted,shared,offered,sold,value\n1,,,,,,\n");
  CHECK(statistics_csv({.by_type = true}, {}) ==
        "type,created,verified,deleted,shared,offered,sold,value\n");
}
