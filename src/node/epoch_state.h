// The epoch that a node is in: of which validators it counts votes and certificates, by which
// rules. A node goes on to the next only when it holds the certificate of the last block.
#pragma once

#include <memory>
#include <optional>

#include "consensus/settings.h"
#include "contract/epoch_rules.h"
#include "ledger/ledger.h"

namespace generion::node {

using EpochRulesPtr = std::shared_ptr<const contract::EpochRules>;

struct EpochState {
  EpochRulesPtr rules;
  TimeMs start_time;                  // of the block before the epoch's first
  std::optional<Height> last_height;  // of the epoch, once it is known
  ValidatorSet before;                // of the epoch before; they may have to be served still
};

// As the ledger has it: the epoch of the block above its newest certificate. Errors: damaged,
// io_error.
Result<EpochState> epoch_state(const ledger::Ledger& ledger);

// Error newer_format: this program does not know the version of the protocol by which the epoch
// goes.
Result<void> check_version(const contract::EpochRules& rules);

consensus::Membership membership(const Hash& chain, const contract::EpochRules& rules);

// `own` with what the epoch prescribes.
consensus::Settings replica_settings(consensus::Settings own, const Hash& chain,
                                     const EpochState& epoch);

}  // namespace generion::node
