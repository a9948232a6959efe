// Sums of statistics cells.
//
//   const auto found = statistics(state, {.first_month = month_of(from), .by_type = true});
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "contract/state.h"
#include "contract/statistics.h"

namespace generion::contract {

inline constexpr std::uint64_t kSmallestCountDefault = 5;

struct StatisticsQuestion {
  std::uint32_t first_month = 0;  // as CellName::month, both included
  std::uint32_t last_month = UINT32_MAX;
  // What a group is made by; none of them: one group of all.
  bool by_month = false;
  bool by_type = false;
  bool by_institution = false;
  // Small-cell suppression (k): a count from 1 to one less than this is left out. 0 and 1: none is.
  // A count that was left out may still be found from other groups' and their sum: complementary
  // suppression is not done.
  std::uint64_t smallest_count = kSmallestCountDefault;
};

struct StatisticsGroup {
  struct Maker {
    InstitutionId id;  // 0: the records' owners, without address and name
    std::optional<Address> address;
    std::string name;
    friend bool operator==(const Maker&, const Maker&) = default;
  };

  // Set as the question's by_...
  std::optional<std::uint32_t> month;
  std::optional<std::string> type;  // empty: not told
  std::optional<Maker> institution;
  // As in Cell; nullopt: left out, being small. The value is left out with `sold`.
  std::optional<std::uint64_t> created;
  std::optional<std::uint64_t> verified;
  std::optional<std::uint64_t> deleted;
  std::optional<std::uint64_t> shared;
  std::optional<std::uint64_t> offered;
  std::optional<std::uint64_t> sold;
  std::optional<std::uint64_t> value;  // stops at its highest number
  friend bool operator==(const StatisticsGroup&, const StatisticsGroup&) = default;
};

struct Statistics {
  std::vector<StatisticsGroup> groups;  // ascending by month, type, institution's number
  std::uint64_t left_out = 0;           // counts that were, values not counted
  friend bool operator==(const Statistics&, const Statistics&) = default;
};

// Exact for the state: nothing is estimated or late. Groups in which nothing happened are absent.
// Errors: bad_argument for a range that ends before it begins; too_many for one with more than
// limits::kStatisticsCellsMax cells.
Result<Statistics> statistics(const StateReader& state, const StatisticsQuestion& question);

}  // namespace generion::contract
