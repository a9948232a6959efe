// All that a replica knows of one height above its stable one.
#pragma once

#include <map>
#include <optional>
#include <set>

#include "consensus/actions.h"

namespace generion::consensus {

// A batch by its digest.
struct Candidate {
  BatchPtr batch;
  bool has_bodies = false;  // all of its transactions are at hand
};

// What the current view says about the height.
struct Choice {
  enum class Basis : std::uint8_t {
    proposed,   // by the view's primary; valid only if rule 3 holds
    prescribed  // by NEW-VIEW or a quorum of PREPAREs: only the digest counts
  };
  Hash digest;
  Basis basis = Basis::proposed;
  bool is_valid = false;  // this replica may PREPARE it
};

// Votes are kept one for each member: that of the highest view, as correct members only go up. So a
// slot's size is bounded by the number of members, whatever anyone sends.
struct Slot {
  std::map<View, PrePrepare> proposals;  // of this view and the next
  std::map<Hash, Candidate> candidates;
  std::optional<Choice> choice;
  bool is_refused = false;  // this view's proposal is not acceptable
  std::map<PublicKey, Prepare> prepares;
  std::map<PublicKey, Commit> commits;
  std::map<PublicKey, Seal> seals;
  std::optional<PreparedCertificate> prepared;  // of the highest view
  std::optional<Hash> committed;
  std::optional<View>
      committed_view;       // of the COMMITs; unknown for what was executed before a start
  std::set<Hash> fetching;  // digests asked for in this view
  std::optional<View> prepare_asked;  // highest view in which this replica asked for its own vote
  std::optional<View> commit_asked;
  bool seal_asked = false;
  std::optional<BlockHeader> header;  // once executed here
  Hash block;                         // its hash

  const Candidate* candidate(const Hash& digest) const;
  bool has_bodies(const Hash& digest) const;

  // A digest for which q members' votes of this view are held.
  std::optional<Hash> prepared_digest(View view, std::size_t quorum) const;
  // A view and digest with q COMMITs, in whatever view: q - f honest members hold its certificate.
  std::optional<std::pair<View, Hash>> committed_digest(std::size_t quorum) const;
  // The batch that this height has for good, as far as is known here.
  std::optional<Hash> settled() const;
  // A block hash with q seals.
  std::optional<Hash> sealed_block(std::size_t quorum) const;
  // Whether no block hash can reach q seals any more, even if all silent members agreed.
  bool is_split(std::size_t validators, std::size_t quorum) const;

  PreparedCertificate certificate_of(View view, const Hash& digest, Epoch epoch,
                                     Height height) const;
  Certificate seals_of(const Hash& block_hash) const;

  // Whether a vote or certificate that is held names this batch.
  bool is_voted_for(const Hash& digest) const;

  // Forgets what belonged to the view before; keeps the votes, and the batches that they name.
  void on_view_moved(View view);
};

}  // namespace generion::consensus
