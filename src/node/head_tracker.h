// How far the others are, by their seals and by their word: what tells a node that has fallen
// behind further than its replica looks. Belongs to the replica thread.
#pragma once

#include <map>

#include "types/ids.h"

namespace generion::node {

class HeadTracker {
 public:
  // `members` are the validators of the epoch, this node counted.
  explicit HeadTracker(std::size_t members) : members_(members) {}

  // The member has signed a seal of this height, or says so.
  void on_seal(const PublicKey& member, Height height);

  // An honest member has executed up to here: f + 1 have signed seals of it or of later blocks.
  Height proven() const;

 private:
  std::size_t members_;
  std::map<PublicKey, Height> heads_;
};

}  // namespace generion::node
