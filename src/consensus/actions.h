// What a replica wants done. Every input of the replica returns one Actions; the runner carries out
// its fields in the order in which they stand here, and starts with the next input's only then
// (carrying out a persist means handing it to the journal; nothing waits for the disk).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "consensus/clock.h"
#include "consensus/journal_entry.h"
#include "types/messages.h"

namespace generion::consensus {

using BatchPtr = std::shared_ptr<const Batch>;  // immutable, shared to save copies of long id lists

using Token = StrongId<struct TokenTag>;  // names one Persist; ascending from 1 after each start

// One journal entry. The journal keeps the order of the requests.
//  - OwnVote: sign its message (COMMIT has no signature), make it durable, send it to all other
//    members, then hand it to Replica::step as Verified<Message>::own_durable. It counts only then.
//  - all others: make durable, then call Replica::durable(token).
struct Persist {
  Token token;
  JournalEntry entry;
  // With a PREPARE: the batch whose bodies and attachments must be durable before it leaves, kept
  // and served under its digest until that height is stable. May be one that is stored already.
  // Null otherwise.
  BatchPtr batch;
};

// All of a proposed batch's transactions must be at hand (else fetched from `primary`) and
// statelessly valid: encoding, signature, proofs, sizes, window against the batch's time. Answer
// with Replica::batch_checked. Never asked for a batch without transactions.
struct CheckBatch {
  BatchPtr batch;
  Hash digest;
  PublicKey primary;
};

// A batch that a NEW-VIEW or a prepared certificate prescribes: get its ids and bodies from one of
// `holders` (members that have signed a PREPARE of it), with the digest as the only check. Keep
// trying until Replica::fetched could be called, the height is stable or the runner stops.
struct FetchBatch {
  Height height;
  Hash digest;
  std::vector<PublicKey> holders;
  BatchPtr batch;  // the ids, if they are known and only bodies may be missing; else null
};

// A certificate above everything executed here exists, and the normal case did not bring it: get
// certified blocks up to there (or later) from any peer, execute and store them, then call
// Replica::synced.
struct FetchBlocks {
  Height up_to;
};

using Fetch = std::variant<CheckBatch, FetchBatch, FetchBlocks>;

// Execute this batch on top of the one before; answer with Replica::executed. Strictly ascending
// heights; several may be waiting at the executor.
struct Execute {
  BatchPtr batch;
  Hash digest;
};

// Two messages of one member, both signed, that no correct replica sends both of.
struct Evidence {
  PublicKey culprit;
  Message first;
  Message second;
};

enum class ProposalWish : std::uint8_t {
  none,        // not primary, not active, window full, diverged, recovering
  full_batch,  // a batch below batch_fill is in flight: only one at or above it
  any_batch
};

// Why this replica has stopped voting. Its data are kept; operators decide.
struct Divergence {
  enum class Kind : std::uint8_t {
    own_header_differs,  // own block differs from the certified one, or from the one sealed before
    seals_split,         // no header of this height can reach q seals any more
    agreement_broken     // a quorum prescribes another batch where one was executed here
  };
  Kind kind = Kind::own_header_differs;
  Height height;
  std::optional<Hash> own_block;  // hash of the own header there
  std::vector<Seal> seals;        // all that are held of that height
};

struct Status {
  View view;
  bool active = false;  // false: waiting for this view's NEW-VIEW
  PublicKey primary;    // of `view`
  Height stable;
  Height executed;
  Height high;       // the high watermark: nothing above it is accepted
  Height certified;  // the highest height that a certificate is known of; above `executed`: behind
  ProposalWish wants_proposal = ProposalWish::none;
  Height proposal_height;    // of the next proposal, if one is wanted
  TimeMs proposal_time_min;  // its earliest allowed time
  bool is_heartbeat_due =
      false;  // so long without a block: an empty batch is wanted from the primary
  bool has_complained = false;  // of `view`
  bool is_closing = false;  // the epoch's last height is known: empty batches are wanted up to it
  bool is_over = false;     // the epoch's last block is stable
  bool is_recovering = false;  // waits for ECHOs after its start and says nothing yet
  // A vote of its own came back that its journal lacks: the journal is older than its votes, or a
  // second machine has its key. It votes no more, and may not before the epoch after the next.
  bool has_lost_votes = false;
  std::optional<Divergence> divergence;
};

// For one member alone.
struct Reply {
  PublicKey to;
  Message message;
};

struct Actions {
  std::vector<Persist> persist;
  // To all other members, at once: PRE-PREPAREs, to be signed by the runner if `sender` is this
  // replica and the signature is zero (Ed25519 gives the same bytes each time); after a start also
  // repeated votes.
  std::vector<Message> send;
  std::vector<Reply> reply;  // what a member's STATUS lacks; to be signed like `send`
  std::vector<Fetch> fetch;
  std::vector<Execute> execute;
  // Blocks that have become stable, ascending: store the certificate, file the batch, erase what is
  // due. Durable not later than any entry that is asked for afterwards.
  std::vector<CertifiedHeader> stable;
  // When to call tick at the latest, replacing what was set before; nullopt: no timer needed.
  std::optional<Monotonic> set_timer;
  std::vector<Evidence> evidence;
  Status status;  // after this input
};

}  // namespace generion::consensus
