#include "contract/statistics.h"

#include "contract/object_fields.h"

namespace generion::contract {

// Civil date from days since 1970-01-01 in the proleptic Gregorian calendar: years are counted from
// March, so that the leap day is a year's last; 146,097 days are 400 years.
std::uint32_t month_of(TimeMs time) {
  constexpr std::uint64_t kDayMs = 86'400'000;
  constexpr std::uint64_t kDaysTo1970 = 719'468;  // from 0000-03-01
  const std::uint64_t days = time.value() / kDayMs + kDaysTo1970;
  const std::uint64_t era = days / 146'097;
  const std::uint64_t day_of_era = days % 146'097;
  const std::uint64_t year_of_era =
      (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::uint64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::uint64_t month_from_march = (5 * day_of_year + 2) / 153;
  const std::uint64_t months = (era * 400 + year_of_era) * 12 + month_from_march + 2;
  return static_cast<std::uint32_t>(months);
}

Bytes encode_cell(const Cell& cell) {
  return CanonicalWriter()
      .uint(1, cell.created)
      .uint(2, cell.verified)
      .uint(3, cell.deleted)
      .uint(4, cell.shared)
      .uint(5, cell.offered)
      .uint(6, cell.sold)
      .uint(7, cell.value)
      .take();
}

Result<Cell> decode_cell(ByteView bytes) {
  CanonicalReader in(bytes, "cell");
  Cell out;
  out.created = in.uint(1, "created");
  out.verified = in.uint(2, "verified");
  out.deleted = in.uint(3, "deleted");
  out.shared = in.uint(4, "shared");
  out.offered = in.uint(5, "offered");
  out.sold = in.uint(6, "sold");
  out.value = in.uint(7, "value");
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  return out;
}

}  // namespace generion::contract
