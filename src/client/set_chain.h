// Who may seal which block: a chain's validators, followed by certificates alone from the genesis
// file or from one trusted block. Pure; nothing of it asks a node.
//
//   SetChain chain(trust_anchor(genesis));
//   chain.follow(links);                        // as getLinks or a links file gives them
//   chain.check(header, certificate, changes);  // as a proof brings them
//
// It remembers the changes of the set and the highest certified header that it was shown. Two
// certified headers that can't both be blocks of one chain are the error fork, with which
// everything ends: it takes two quorums with a common correct member, so more than f validators lie
// or have lost their keys. docs/protocol/proofs.md.
#pragma once

#include <deque>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "types/messages.h"
#include "types/proof.h"

namespace generion::client {

// A block that somebody trusts because he compared its hash.
struct TrustedBlock {
  Height height;
  Hash hash;
  friend bool operator==(const TrustedBlock&, const TrustedBlock&) = default;
};

// "HEIGHT:HASH", the hash as 64 hex digits. Error usage.
Result<TrustedBlock> parse_trusted(std::string_view text);

class SetChain {
 public:
  // From the validators of a genesis file.
  explicit SetChain(TrustAnchor genesis) : anchors_{std::move(genesis)} {}

  // From a trusted block with those who agree above it; seals are not looked at. Error bad_proof:
  // another block, or others than it names.
  static Result<SetChain> from(const TrustedBlock& trusted, const ChainLink& link);

  // From a trusted block without knowing who agrees above it: only what this very block proves can
  // be checked. Error bad_proof: another block.
  static Result<SetChain> only(const TrustedBlock& trusted, const BlockHeader& header);

  // Takes links in ascending order. What lies below the trusted block is passed over; one at its
  // height has to be it. A link without seals has to be a header that is known. What held before an
  // error stays known. Errors: wrong_chain; bad_proof; fork; too_many above limits::kSetChangesMax
  // changes (begin at a newer trusted block).
  Result<void> follow(const std::vector<ChainLink>& links);

  // Whether a header that comes with these changes of the set, as a proof does, is one of this
  // chain. Errors as of follow.
  Result<void> check(const BlockHeader& header, const Certificate& certificate,
                     const std::vector<SetChange>& changes);

  // The highest certified header that was shown; none, or the trusted block, before.
  const std::optional<CertifiedHeader>& head() const { return head_; }
  // Who agrees on the block at this height, as far as it is known: above the last change that was
  // shown it may be others.
  const TrustAnchor& anchor_at(Height height) const;
  const Hash& chain_id() const { return anchors_.front().chain_id; }
  // The trusted block's height; 0 from a genesis file.
  Height start() const { return start_ ? start_->header.height : Height(0); }
  // How often the set has changed since the beginning.
  std::size_t changes() const { return changes_.size(); }
  // All that has to be remembered: the trusted block, the changes, the head.
  std::vector<ChainLink> links() const;
  // The two headers of error fork.
  const std::optional<std::pair<ChainLink, ChainLink>>& conflict() const { return conflict_; }

 private:
  Result<void> take(const ChainLink& link);
  Result<void> check_known(const ChainLink& link) const;
  // The links, and the last few headers that were shown.
  std::vector<ChainLink> known() const;
  // A known header beside which there can't be this one.
  std::optional<ChainLink> contradiction(const BlockHeader& header) const;
  std::unexpected<Error> fork();

  std::vector<TrustAnchor> anchors_;  // [i]: after i changes
  std::optional<ChainLink> start_;    // the trusted block
  std::vector<ChainLink> changes_;    // ascending, as many as anchors_, less one
  std::optional<CertifiedHeader> head_;
  std::deque<CertifiedHeader> recent_;  // shown last, to find a fork by
  std::optional<std::pair<ChainLink, ChainLink>> conflict_;
};

}  // namespace generion::client
