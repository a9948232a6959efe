// Epochs and evidence of misbehaviour, as objects. docs/protocol/state.md.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "contract/objects.h"
#include "types/block.h"
#include "types/evidence.h"

namespace generion::contract {

// One for each epoch, for ever. Who agreed in it, from which block to which.
struct EpochObject {
  Height first;                      // its first block
  TimeMs since;                      // the time of the block before that
  std::optional<Height> last;        // its last block, once that is known: the epoch is closing
  ValidatorSet validators;           // keys of the nodes, ascending
  std::uint64_t version = 1;         // of the protocol
  std::vector<ProposalId> decided;   // what takes force after it, in the order of decision
  std::vector<ProposalId> upgrades;  // what waits for the epoch that it names
  friend bool operator==(const EpochObject&, const EpochObject&) = default;
};

// Two messages that a validator signed and that contradict each other; the messages themselves
// stand in the transaction that reported them. At most one of a kind for each validator and epoch.
struct EvidenceObject {
  ValidatorId culprit;
  Evidence::Kind kind = Evidence::Kind::prepare;
  Conflict about;
  PublicKey key;  // that signed
  Hash first;     // BLAKE2b-256 of the statements
  Hash second;
  ValidatorId reporter;
  TimeMs reported_at;
  friend bool operator==(const EvidenceObject&, const EvidenceObject&) = default;
};

Bytes encode_epoch(const EpochObject& epoch);
Bytes encode_evidence(const EvidenceObject& evidence);

// Errors: malformed, not_canonical. What these accept, encoding gives back byte for byte.
Result<EpochObject> decode_epoch(ByteView bytes);
Result<EvidenceObject> decode_evidence(ByteView bytes);

}  // namespace generion::contract
