// What validators tell each other. docs/protocol/consensus.md describes the bytes.
//
// Signed: PRE-PREPARE, PREPARE, SEAL, COMPLAINT, VIEW-CHANGE, NEW-VIEW. Each signature covers a
// domain tag, chain id, epoch, view or height, and digest, never the bare digest. COMMIT and the
// reports (STATUS, ECHO, STABLE) carry none: the pinned channel authenticates them, and no
// certificate needs them.
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/limits.h"
#include "types/block.h"
#include "types/ids.h"

namespace generion {

// PRE-PREPARE(n, digest, time, ids): no vote.
struct PrePrepare {
  View view;
  Batch batch;       // epoch and height (= sequence number) stand in it
  PublicKey sender;  // the primary of `view`; batch.proposer may be an earlier one
  Signature signature;
  friend bool operator==(const PrePrepare&, const PrePrepare&) = default;
};

struct Prepare {
  Epoch epoch;
  View view;
  Height height;
  Hash digest;
  PublicKey sender;
  Signature signature;
  friend bool operator==(const Prepare&, const Prepare&) = default;
};

struct Commit {
  Epoch epoch;
  View view;
  Height height;
  Hash digest;
  PublicKey sender;
  friend bool operator==(const Commit&, const Commit&) = default;
};

// SEAL is types/block.h's Seal with its epoch.
struct SealVote {
  Epoch epoch;
  Seal seal;
  friend bool operator==(const SealVote&, const SealVote&) = default;
};

enum class ComplaintReason : std::uint8_t {
  no_progress = 1,       // no execution for a timeout while there is work
  censorship = 2,        // the primary passes a transaction over
  restarted_primary = 3  // the primary's own: it led this view before a restart
};

struct Complaint {
  Epoch epoch;
  View view;  // the one complained of
  ComplaintReason reason = ComplaintReason::no_progress;
  PublicKey sender;
  Signature signature;
  friend bool operator==(const Complaint&, const Complaint&) = default;
};

// q PREPAREs of one digest: distinct signers, ordered by key.
struct PreparedCertificate {
  Epoch epoch;
  View view;
  Height height;
  Hash digest;
  std::vector<Certificate::Signer> signers;
  friend bool operator==(const PreparedCertificate&, const PreparedCertificate&) = default;
};

// A block that is final: its header and the seals. Absent for the genesis state (height 0).
struct CertifiedHeader {
  BlockHeader header;
  Certificate certificate;
  friend bool operator==(const CertifiedHeader&, const CertifiedHeader&) = default;
};

// Two PRE-PREPAREs of one primary for one height and view, by what their signatures cover: proof of
// its misbehaviour.
struct ConflictingProposals {
  Epoch epoch;
  View view;
  Height height;
  PublicKey sender;  // the primary of `view`
  struct Half {
    Hash digest;
    Signature signature;
    friend bool operator==(const Half&, const Half&) = default;
  };
  Half first;  // the one with the smaller digest
  Half second;
  friend bool operator==(const ConflictingProposals&, const ConflictingProposals&) = default;
};

struct ViewChange {
  Epoch epoch;
  View view;  // the one that the sender wants to enter
  std::optional<CertifiedHeader> stable;
  std::vector<PreparedCertificate>
      prepared;  // for each height above stable, of the highest view; ascending
  std::vector<Complaint> justification;       // f+1 of distinct members, or the old primary's own
  std::optional<ConflictingProposals> proof;  // of the old primary: then no complaint is needed
  PublicKey sender;
  Signature signature;
  friend bool operator==(const ViewChange&, const ViewChange&) = default;
};

struct NewView {
  Epoch epoch;
  View view;
  std::vector<ViewChange> view_changes;  // q, of distinct members, ordered by key
  PublicKey sender;                      // the primary of `view`
  Signature signature;
  friend bool operator==(const NewView&, const NewView&) = default;
};

// Members of the set in force, by their places in it.
using MemberBits = std::bitset<limits::kValidatorsMax>;

// Of which members a replica holds votes for one height: PREPAREs and COMMITs of its view.
struct HeldVotes {
  Height height;
  bool has_proposal = false;  // the view's PRE-PREPARE, or what NEW-VIEW prescribes
  MemberBits prepares;
  MemberBits commits;
  MemberBits seals;
  friend bool operator==(const HeldVotes&, const HeldVotes&) = default;
};

// STATUS: what its sender holds, so that the receiver sends what is missing. Nothing else makes
// anyone say something again.
struct StatusReport {
  Epoch epoch;
  View view;
  bool has_new_view = false;  // or needs none: view 0
  Height stable;
  Height executed;
  MemberBits complaints;        // of `view`
  MemberBits view_changes;      // to `view`
  std::vector<HeldVotes> held;  // heights above stable, ascending; of others it holds nothing
  // Since when (by its own clock) the sender waits for ECHOs before it votes again after a start.
  std::optional<TimeMs> recovering_since;
  PublicKey sender;
  friend bool operator==(const StatusReport&, const StatusReport&) = default;
};

// ECHO: the latest signed votes that the sender holds from `of`, which has started again.
struct Echo {
  Epoch epoch;              // of the STATUS that it answers
  TimeMs recovering_since;  // as there
  PublicKey of;
  std::vector<Prepare> prepares;  // by `of`, of this epoch or a later one; ascending by height
  std::optional<ViewChange> view_change;
  PublicKey sender;
  friend bool operator==(const Echo&, const Echo&) = default;
};

// STABLE: the highest certified block that the sender knows, for one who is behind.
struct StableReport {
  CertifiedHeader stable;
  PublicKey sender;
  friend bool operator==(const StableReport&, const StableReport&) = default;
};

using Message = std::variant<PrePrepare, Prepare, Commit, SealVote, Complaint, ViewChange, NewView,
                             StatusReport, Echo, StableReport>;

// What a message's signature covers, after its tag ("generion/prepare/1" and so on; COMMIT has
// none).
struct SignedPart {
  ByteView tag;
  Bytes bytes;
};
SignedPart signed_part(const Hash& chain, const PrePrepare& message);
SignedPart signed_part(const Hash& chain, const Prepare& message);
SignedPart signed_part(const Hash& chain, const Complaint& message);
SignedPart signed_part(const Hash& chain,
                       const ViewChange& message);  // all fields, nested ones included
SignedPart signed_part(const Hash& chain, const NewView& message);

// What a PRE-PREPARE's signature covers, by its batch's digest alone.
SignedPart pre_prepare_part(const Hash& chain, Epoch epoch, View view, Height height,
                            const Hash& digest, const PublicKey& sender);

// Both PRE-PREPAREs, which differ in nothing but the batch.
ConflictingProposals conflict_of(const Hash& chain, const PrePrepare& left,
                                 const PrePrepare& right);

// Error bad_proof: the digests are the same or out of order, or a signature does not hold.
Result<void> verify_conflict(const Hash& chain, const ConflictingProposals& proof);

// Whether a member's PREPARE signatures make this a certificate: q distinct members of `set`.
Result<void> verify_prepared(const Hash& chain, const PreparedCertificate& certificate,
                             const ValidatorSet& set);

}  // namespace generion
