// What an audit found wrong: where, and what should have been there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "types/ids.h"

namespace generion::audit {

struct Fault {
  Height height;                       // of the block
  std::optional<std::uint32_t> place;  // of the transaction in the block's batch
  std::optional<TxId> transaction;     // its id, as the batch has it
  std::string object;                  // "state root", "seal of <key>", "outcome", ...
  std::string expected;
  std::string found;
  friend bool operator==(const Fault&, const Fault&) = default;
};

// Of a block as a whole.
inline Fault block_fault(Height height, std::string object, std::string expected,
                         std::string found) {
  return {height,          std::nullopt, std::nullopt, std::move(object), std::move(expected),
          std::move(found)};
}

// One line for people.
std::string fault_text(const Fault& fault);

}  // namespace generion::audit
