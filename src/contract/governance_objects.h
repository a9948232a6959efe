// The validators with their governance keys, and what they propose. docs/protocol/state.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contract/objects.h"
#include "types/block.h"
#include "types/governance.h"

namespace generion::contract {

struct Validator {
  ValidatorId id;  // dense, from 1, never used again
  PublicKey key;
  PublicKey governance_key;
  std::string name;
  friend bool operator==(const Validator&, const Validator&) = default;
};

// The set in force: one object.
struct Validators {
  std::vector<Validator> members;  // ascending by id
  friend bool operator==(const Validators&, const Validators&) = default;
};

// Of the set in force, by consensus key; nullptr: there is none.
const Validator* find_validator(const Validators& validators, const PublicKey& key);
bool is_member(const Validators& validators, ValidatorId id);

struct Proposal {
  enum class Status : std::uint8_t {
    open = 0,
    passed = 1,  // takes force at in_force_at
    in_force = 2,
    awaits_epoch = 3,   // decided; takes force with a new epoch
    rejected = 4,       // can no longer pass
    lapsed = 5,         // not decided in time
    impossible = 6,     // passed, but what it wanted could no longer be done when it was due
    awaits_joiner = 7,  // decided; the new validator's node has to report that it is ready
  };

  GovernanceAction action;
  ValidatorId proposer;
  std::vector<ValidatorId> yes;  // ascending
  std::vector<ValidatorId> no;   // ascending
  TimeMs created_at;
  TimeMs expires_at;  // when votes, or the new validator's report, come too late
  Status status = Status::open;
  std::optional<TimeMs> decided_at;
  std::optional<TimeMs> in_force_at;  // since when; of one that passed, from when on
  std::optional<UserId> mint_to;      // whose address it was when it was proposed
  std::optional<Code> obstacle;       // why it is impossible
  friend bool operator==(const Proposal&, const Proposal&) = default;
};

// "open", "passed", "in_force", "awaits_epoch", "rejected", "lapsed", "impossible",
// "awaits_joiner".
std::string_view status_name(Proposal::Status status);

Bytes encode_validators(const Validators& validators);
Bytes encode_proposal(const Proposal& proposal);

// The keys of their nodes, ascending: who agrees.
ValidatorSet set_of(const Validators& validators);

// Errors: malformed, not_canonical. What these accept, encoding gives back byte for byte.
Result<Validators> decode_validators(ByteView bytes);
Result<Proposal> decode_proposal(ByteView bytes);

}  // namespace generion::contract
