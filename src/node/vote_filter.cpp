#include "node/vote_filter.h"

#include <algorithm>

namespace generion::node {

void VoteFilter::on_stable(Height stable) {
  const std::lock_guard lock(mutex_);
  stable_ = std::max(stable_, stable);
  prepared_.erase(prepared_.begin(), prepared_.upper_bound(stable_));
}

void VoteFilter::on_prepared(Height height, View view) {
  const std::lock_guard lock(mutex_);
  if (height <= stable_) return;
  View& held = prepared_[height];
  held = std::max(held, view);
}

bool VoteFilter::is_wanted(const Message& message) const {
  const std::lock_guard lock(mutex_);
  if (const auto* prepare = std::get_if<Prepare>(&message)) {
    const auto prepared = prepared_.find(prepare->height);
    const bool is_settled = prepared != prepared_.end() && prepared->second >= prepare->view;
    return prepare->height > stable_ && !is_settled;
  }
  if (const auto* commit = std::get_if<Commit>(&message)) return commit->height > stable_;
  if (const auto* seal = std::get_if<SealVote>(&message)) return seal->seal.height > stable_;
  if (const auto* proposal = std::get_if<PrePrepare>(&message)) {
    return proposal->batch.height > stable_;
  }
  return true;
}

}  // namespace generion::node
