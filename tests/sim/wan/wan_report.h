// The modelled chain under rising loads, as a table and as a plot.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "wan/wan.h"

namespace generion::sim {

struct WanRow {
  std::size_t validators = 0;
  double load = 0;
  WanResult result;
};

// From a light load upwards, until clearly less of it is executed; `on_row` hears of each
// row when it is there.
std::vector<WanRow> measure_wan(std::size_t validators, std::uint64_t seed,
                                const std::function<void(const WanRow&)>& on_row);

std::string table_head();
std::string as_table_row(const WanRow& row);
// Median latency over throughput, a line for each number of validators.
std::string as_svg(const std::vector<WanRow>& rows);

}  // namespace generion::sim
