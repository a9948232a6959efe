// What validators tell each other. docs/protocol/consensus.md describes the bytes.
//
// Signed: PRE-PREPARE, PREPARE, SEAL, COMPLAINT, VIEW-CHANGE, NEW-VIEW. Each signature covers a
// domain tag, chain id, epoch, view or height, and digest, never the bare digest. COMMIT and STATUS
// carry none: the pinned channel authenticates them, and no certificate needs them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

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

struct ViewChange {
  Epoch epoch;
  View view;  // the one that the sender wants to enter
  std::optional<CertifiedHeader> stable;
  std::vector<PreparedCertificate>
      prepared;  // for each height above stable, of the highest view; ascending
  std::vector<Complaint> justification;  // f+1 of distinct members, or the old primary's own
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

using Message = std::variant<PrePrepare, Prepare, Commit, SealVote, Complaint, ViewChange, NewView>;

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

// Whether a member's PREPARE signatures make this a certificate: q distinct members of `set`.
Result<void> verify_prepared(const Hash& chain, const PreparedCertificate& certificate,
                             const ValidatorSet& set);

}  // namespace generion
