// What a replica must never forget: the payloads of the vote journal, in the order in which they
// were asked for.
//
// The journal keeps that order: an entry is durable only when all before it are. After a crash the
// surviving entries go back into the replica as Restored (consensus/restored.h). `wire` encodes
// them.
#pragma once

#include <variant>

#include "types/messages.h"

namespace generion::consensus {

// This replica may from now on send a NEW-VIEW or PRE-PREPARE of this view. After a restart it
// proposes nothing more there, since it cannot know what it has sent.
struct Leads {
  Epoch epoch;
  View view;
  friend bool operator==(const Leads&, const Leads&) = default;
};

// The NEW-VIEW of another member by which this replica entered a view: what that view prescribes.
struct EnteredView {
  NewView new_view;
  friend bool operator==(const EnteredView&, const EnteredView&) = default;
};

// The certificate on which this replica's next COMMIT of that height rests; VIEW-CHANGEs carry it.
struct Prepared {
  PreparedCertificate certificate;
  friend bool operator==(const Prepared&, const Prepared&) = default;
};

// A message of this replica: PREPARE, COMMIT, SEAL, COMPLAINT, VIEW-CHANGE or NEW-VIEW (never
// PRE-PREPARE). Without a signature when the replica asks for it, signed when it is read back.
struct OwnVote {
  Message message;
  friend bool operator==(const OwnVote&, const OwnVote&) = default;
};

using JournalEntry = std::variant<Leads, EnteredView, Prepared, OwnVote>;

}  // namespace generion::consensus
