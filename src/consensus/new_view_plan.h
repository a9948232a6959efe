// What a NEW-VIEW must contain: the hardest computation of the protocol, on its own.
//
// Safety rests on it: what was committed in an earlier view was prepared by a quorum, each two
// quorums share an honest member, so one of any q VIEW-CHANGEs carries its certificate, and no
// certificate of a higher view for another digest can exist (Castro and Liskov 1999, section 4.4).
#pragma once

#include <optional>
#include <vector>

#include "consensus/verified.h"

namespace generion::consensus {

struct Prescribed {
  Height height;
  Hash digest;                     // of the null batch where nothing was prepared
  std::vector<PublicKey> holders;  // who has signed a PREPARE of it; empty for the null batch
  friend bool operator==(const Prescribed&, const Prescribed&) = default;
};

struct NewViewPlan {
  std::optional<CertifiedHeader> stable;  // the highest of all VIEW-CHANGEs
  std::vector<Prescribed> batches;        // for each height above it, ascending, without a gap
  friend bool operator==(const NewViewPlan&, const NewViewPlan&) = default;
};

// The height of a certified header of the epoch; `start`, the block before its first, for none.
Height height_of(const std::optional<CertifiedHeader>& stable, Height start);

// The plan of verified VIEW-CHANGEs, whatever their order. At most kLogHeights batches, since a
// verified VIEW-CHANGE reaches no further above its own stable height.
NewViewPlan new_view_plan(const Membership& members, const std::vector<ViewChange>& view_changes);

}  // namespace generion::consensus
