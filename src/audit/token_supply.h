// Whether tokens come from nowhere: what all accounts hold together, counted beside the contract's
// own counters.
#pragma once

#include <cstdint>
#include <optional>

#include "audit/fault.h"
#include "contract/objects.h"
#include "contract/state.h"

namespace generion::audit {

class TokenSupply {
 public:
  // What a block changes; `before` is null for the genesis state's. A fault names what does not add
  // up.
  std::optional<Fault> apply(Height height, const contract::BlockWrites& writes,
                             const contract::StateReader* before);

  std::uint64_t minted() const { return counters_.minted; }
  std::uint64_t escrowed() const { return counters_.escrowed; }

 private:
  std::uint64_t balances_ = 0;  // of all users
  std::uint64_t held_ = 0;      // prices of purchased orders
  contract::Counters counters_;
};

}  // namespace generion::audit
