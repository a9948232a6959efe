#include "node/head_tracker.h"

#include <algorithm>
#include <functional>
#include <vector>

#include "consensus/quorum.h"

namespace generion::node {

void HeadTracker::on_seal(const PublicKey& member, Height height) {
  Height& head = heads_[member];
  head = std::max(head, height);
}

Height HeadTracker::proven() const {
  const std::size_t needed = consensus::honest_quorum(members_);
  if (heads_.size() < needed) return {};
  std::vector<Height> heights;
  for (const auto& [member, height] : heads_) heights.push_back(height);
  const auto place = heights.begin() + static_cast<std::ptrdiff_t>(needed - 1);
  std::nth_element(heights.begin(), place, heights.end(), std::greater<>());
  return *place;
}

}  // namespace generion::node
