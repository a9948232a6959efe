// What holds for every state and for every step, whatever the model says.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "contract/lookups.h"
#include "decoded.h"

namespace generion::contract::model {

// All tokens are somebody's or held, held is what is purchased, and more tokens come of mints
// alone; counts are those of the lists; every look-up is the function of the objects that
// docs/protocol/state.md says. Returns what does not hold.
std::optional<std::string> check_state(const MemoryState& state, const Decoded& objects);

// Epochs follow each other without a gap, their members are the validators in force, and what waits
// for one is on its list. Returns what does not hold.
std::optional<std::string> check_epochs(const Decoded& objects);
// The keys of nodes that are or were validators', and those that are kept for validators to be.
std::map<PublicKey, Identity> validator_keys(const Decoded& objects);

// Who did something in a block: whose transactions took effect, and whether something fell due.
struct Doers {
  std::set<UserId> users;
  std::set<UserId> recovered;  // by their recovery keys
  std::set<InstitutionId> institutions;
  std::set<ProposalId> joiners;  // whose keys these proposals keep
  bool validators = false;       // by either of their keys
  bool due = false;
  bool epoch = false;  // it was closed, or the next one began

  void add(const Identity& sender);
};

// Nobody changes what is not theirs: every object that a block has changed is, in what has changed
// of it, the business of one of the doers.
std::optional<std::string> check_rights(const Decoded& before, const Decoded& after,
                                        const Doers& doers);

}  // namespace generion::contract::model
