// The chain's numeric parameters that sequences change, with the ranges that they have.
#pragma once

#include <cstdint>
#include <string_view>

#include "setup.h"

namespace generion::contract::model {

struct KnownParameter {
  std::string_view name;
  std::uint64_t Parameters::* member;
  std::uint64_t min;
  std::uint64_t max;
  // Not the default, and a chain on which something goes on. Those that have to fit together do so
  // with the other one's default, not with its usual.
  std::uint64_t usual;
};

inline constexpr KnownParameter kKnownParameters[] = {
    {"proofs_max", &Parameters::proofs_max, 1, 64, 3},
    {"records_per_user_max", &Parameters::records_per_user_max, 1, 1'000'000'000, 15},
    {"operations_per_day_max", &Parameters::operations_per_day_max, 1, 1'000'000'000'000, 12},
    {"admissions_per_day_max", &Parameters::admissions_per_day_max, 1, 1'000'000'000, 2},
    {"shares_per_record_max", &Parameters::shares_per_record_max, 1, 1'000'000, 2},
    {"orders_per_record_max", &Parameters::orders_per_record_max, 1, 64, 3},
    {"open_orders_per_user_max", &Parameters::open_orders_per_user_max, 1, 1'000'000, 4},
    {"due_per_block", &Parameters::due_per_block, 1, 10'000, 3},
    {"delivery_window_ms", &Parameters::delivery_window_ms, 1'000, 30 * kDayMs, 5 * kDayMs},
    {"retention_ms", &Parameters::retention_ms, 1'000, 365 * kDayMs, 4 * kDayMs},
    {"proposal_lifetime_ms", &Parameters::proposal_lifetime_ms, 1'000, 365 * kDayMs, kDayMs},
    {"governance_delay_ms", &Parameters::governance_delay_ms, 1'000, 90 * kDayMs, 5'000},
    {"suspension_ms", &Parameters::suspension_ms, 1'000, 90 * kDayMs, kDayMs},
    {"mint_per_period_max", &Parameters::mint_per_period_max, 0, std::uint64_t{1} << 53, 5'000},
    {"epoch_min_ms", &Parameters::epoch_min_ms, 1'000, kDayMs, 10'800'000},
    {"epoch_max_ms", &Parameters::epoch_max_ms, 1'000, 365 * kDayMs, 7'200'000},
    {"epoch_max_blocks", &Parameters::epoch_max_blocks, 1, std::uint64_t{1} << 53, 20},
};

// nullptr: sequences know none of this name.
inline const KnownParameter* find_parameter(std::string_view name) {
  for (const KnownParameter& known : kKnownParameters) {
    if (known.name == name) return &known;
  }
  return nullptr;
}

}  // namespace generion::contract::model
