#include "consensus/censorship.h"

#include <algorithm>

#include "base/assert.h"

namespace generion::consensus {

CensorWatch::CensorWatch(std::size_t validators, std::uint64_t censor_after)
    : validators_(validators), censor_after_(censor_after) {
  GENERION_ASSERT(validators > 0 && censor_after > 0);
}

void CensorWatch::received(const TxId& id, const PublicKey& ingress) {
  if (!places_.try_emplace(id, arrivals_).second) return;
  waiting_.emplace(arrivals_, Waiting{id, ingress});
  ++arrivals_;
}

void CensorWatch::offered(const TxId& id, const PublicKey& ingress) {
  received(id, ingress);
  offered_.insert(places_.at(id));
}

void CensorWatch::gone(const TxId& id) {
  forget(id);
  drop_passed();
}

void CensorWatch::on_view() {
  offered_.clear();
  passed_.clear();
}

void CensorWatch::on_epoch(std::size_t validators) {
  GENERION_ASSERT(validators > 0);
  validators_ = validators;
  on_view();
}

// An ingress validator's share of a batch is an equal part of it.
bool CensorWatch::has_room_for(const PublicKey& ingress, const std::vector<TxId>& ids) const {
  const auto own = std::count_if(ids.begin(), ids.end(), [&](const TxId& id) {
    const auto place = places_.find(id);
    return place != places_.end() && waiting_.at(place->second).ingress == ingress;
  });
  return static_cast<std::size_t>(own) * validators_ < ids.size();
}

void CensorWatch::proposed(const std::vector<TxId>& ids) {
  const bool is_owed = !offered_.empty();
  const std::uint64_t oldest = is_owed ? *offered_.begin() : 0;
  const bool has_room = is_owed && has_room_for(waiting_.at(oldest).ingress, ids);
  for (const TxId& id : ids) {
    const auto place = places_.find(id);
    if (place == places_.end()) continue;
    if (has_room && place->second > oldest && passed_.size() < censor_after_) {
      passed_.insert(place->second);
    }
    forget(id);
  }
  drop_passed();
}

void CensorWatch::forget(const TxId& id) {
  const auto place = places_.find(id);
  if (place == places_.end()) return;
  waiting_.erase(place->second);
  offered_.erase(place->second);
  places_.erase(place);
}

// Those that the oldest one that is owed did not see pass.
void CensorWatch::drop_passed() {
  if (offered_.empty()) return passed_.clear();
  passed_.erase(passed_.begin(), passed_.lower_bound(*offered_.begin()));
}

}  // namespace generion::consensus
