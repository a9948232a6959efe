#include "contract/statistics_queries.h"

#include <fmt/core.h>

#include <array>
#include <limits>
#include <map>
#include <tuple>

#include "base/limits.h"
#include "contract/lookups.h"
#include "contract/queries.h"
#include "contract/read_objects.h"

namespace generion::contract {
namespace {

constexpr std::size_t kCellsPerScan = 1'000;

// Month, type, institution; absent ones are the same for all.
using GroupName = std::tuple<std::optional<std::uint32_t>, std::optional<std::string>,
                             std::optional<InstitutionId>>;

constexpr std::array kFields = {&Cell::created, &Cell::verified, &Cell::deleted, &Cell::shared,
                                &Cell::offered, &Cell::sold,     &Cell::value};

GroupName group_of(const StatisticsQuestion& question, const CellName& name) {
  GroupName out;
  if (question.by_month) std::get<0>(out) = name.month;
  if (question.by_type) std::get<1>(out) = name.type;
  if (question.by_institution) std::get<2>(out) = name.institution;
  return out;
}

void add(Cell& sum, const Cell& cell) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
  for (const auto field : kFields) {
    sum.*field = cell.*field > kMost - sum.*field ? kMost : sum.*field + cell.*field;
  }
}

StatisticsGroup::Maker maker(const StateReader& state, InstitutionId id) {
  if (id == InstitutionId(0)) return {};
  const auto found = find_institution(state, id);
  GENERION_ASSERT(found.has_value());
  return {id, found->institution.address, found->institution.name};
}

// Leaves small counts out and counts them.
class Suppression {
 public:
  explicit Suppression(std::uint64_t smallest) : smallest_(smallest) {}

  std::optional<std::uint64_t> operator()(std::uint64_t count) {
    if (count == 0 || count >= smallest_) return count;
    ++left_out_;
    return std::nullopt;
  }
  std::uint64_t left_out() const { return left_out_; }

 private:
  const std::uint64_t smallest_;
  std::uint64_t left_out_ = 0;
};

Result<std::map<GroupName, Cell>> sum_cells(const StateReader& state,
                                            const StatisticsQuestion& question) {
  std::map<GroupName, Cell> out;
  std::size_t cells = 0;
  Bytes after = cell_row_month(question.first_month);  // before the month's first row
  while (true) {
    const auto rows = state.scan(cell_row_prefix(), after, kCellsPerScan);
    for (const auto& [key, value] : rows) {
      const CellName name = parse_cell_row_key(key);
      if (name.month > question.last_month) return out;
      if (++cells > limits::kStatisticsCellsMax) {
        return fail(Code::too_many, fmt::format("these months have more than {} cells; ask for "
                                                "fewer months at once",
                                                limits::kStatisticsCellsMax));
      }
      add(out[group_of(question, name)], read_existing(state, cell_key(name), decode_cell));
    }
    if (rows.size() < kCellsPerScan) return out;
    after = rows.back().first;
  }
}

}  // namespace

Result<Statistics> statistics(const StateReader& state, const StatisticsQuestion& question) {
  if (question.first_month > question.last_month) {
    return fail(Code::bad_argument, "the last month is before the first; give them in order");
  }
  const auto sums = sum_cells(state, question);
  if (!sums) return fail(sums.error());
  Suppression shown(question.smallest_count);
  Statistics out;
  for (const auto& [name, sum] : *sums) {
    const auto& [month, type, institution] = name;
    StatisticsGroup group;
    group.month = month;
    group.type = type;
    if (institution) group.institution = maker(state, *institution);
    group.created = shown(sum.created);
    group.verified = shown(sum.verified);
    group.deleted = shown(sum.deleted);
    group.shared = shown(sum.shared);
    group.offered = shown(sum.offered);
    group.sold = shown(sum.sold);
    if (group.sold) group.value = sum.value;
    out.groups.push_back(std::move(group));
  }
  out.left_out = shown.left_out();
  return out;
}

}  // namespace generion::contract
