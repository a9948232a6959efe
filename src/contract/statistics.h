// Statistics cells: metadata that is on the chain anyway, summed by the contract as provable state.
// docs/protocol/state.md.
#pragma once

#include <cstdint>

#include "contract/objects.h"

namespace generion::contract {

// Counts are of records: an order of three records counts in the cells of all three, and its price
// is split evenly between them, the remainder to the first.
struct Cell {
  std::uint64_t created = 0;
  std::uint64_t verified = 0;  // confirmed by the owner; his own records are not counted
  std::uint64_t deleted = 0;
  std::uint64_t shared = 0;
  std::uint64_t offered = 0;  // in an order
  std::uint64_t sold = 0;     // delivered and paid
  std::uint64_t value = 0;    // paid for what was sold; stops at its highest number
  friend bool operator==(const Cell&, const Cell&) = default;
};

// The month of a block's time, as in CellName.
std::uint32_t month_of(TimeMs time);

Bytes encode_cell(const Cell& cell);
// Errors: malformed, not_canonical.
Result<Cell> decode_cell(ByteView bytes);

}  // namespace generion::contract
