// Statistics as CSV (RFC 4180 with line feeds): the same bytes from every node.
//
//   month,type,institution,institution_name,created,verified,deleted,shared,offered,sold,value
//   2026-11,Observation,gen1...,City Hospital,120,80,0,12,7,6,900000000
#pragma once

#include <string>

#include "contract/statistics_queries.h"

namespace generion::rpc {

// "2026-11" of CellName::month.
std::string month_text(std::uint32_t month);

// A title line and one a group, in the order of the groups. Columns that the question does not
// group by are absent. A count that was left out is an empty cell; `value` is in the smallest unit.
// Records that their owners made have no institution and the name "owners".
std::string statistics_csv(const contract::StatisticsQuestion& question,
                           const contract::Statistics& statistics);

}  // namespace generion::rpc
