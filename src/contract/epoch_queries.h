// What can be asked about epochs, and about evidence of misbehaviour: as queries.h.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "contract/epoch_objects.h"
#include "contract/state.h"

namespace generion::contract {

struct FoundEpoch {
  Epoch number;
  EpochObject epoch;
  friend bool operator==(const FoundEpoch&, const FoundEpoch&) = default;
};

// The one that the next block belongs to.
FoundEpoch current_epoch(const StateReader& state);
// nullopt: it has not begun.
std::optional<FoundEpoch> find_epoch(const StateReader& state, Epoch number);

// A last block after which other validators agree.
struct SetHandover {
  Height last;
  ValidatorSet next;
  friend bool operator==(const SetHandover&, const SetHandover&) = default;
};

// Those before `epoch`, ascending.
std::vector<SetHandover> set_handovers(const StateReader& state, Epoch epoch);

struct FoundEvidence {
  EvidenceId id;
  EvidenceObject evidence;
  friend bool operator==(const FoundEvidence&, const FoundEvidence&) = default;
};

std::optional<FoundEvidence> find_evidence(const StateReader& state, EvidenceId id);
std::vector<FoundEvidence> evidence_list(const StateReader& state, EvidenceId after,
                                         std::size_t limit);

}  // namespace generion::contract
