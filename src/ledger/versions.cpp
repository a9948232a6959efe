#include "ledger/versions.h"

#include <fmt/format.h>

#include <vector>

#include "base/assert.h"
#include "base/limits.h"

namespace generion::ledger {

void Versions::add(std::shared_ptr<const StateVersion> version) {
  std::vector<std::shared_ptr<const StateVersion>> dropped;  // freed without the lock
  const std::lock_guard lock(mutex_);
  GENERION_ASSERT(versions_.empty() || version->height() == versions_.back()->height().next());
  versions_.push_back(std::move(version));
  const std::uint64_t now = versions_.back()->header().time.value();
  while (versions_.size() > kept_blocks_ && versions_.size() > 1) {
    const bool is_recent = versions_.front()->header().time.value() + kept_ms_ >= now;
    if (is_recent && versions_.size() <= limits::kStateVersionsMax) break;
    dropped.push_back(std::move(versions_.front()));
    versions_.pop_front();
  }
  choose_sealed();
}

void Versions::seal(Height height) {
  const std::lock_guard lock(mutex_);
  certified_ = std::max(certified_, height);
  choose_sealed();
}

void Versions::choose_sealed() {
  if (versions_.empty()) return;
  const Height newest = std::min(certified_, versions_.back()->height());
  if (auto version = find(newest)) sealed_ = std::move(version);
}

std::shared_ptr<const StateVersion> Versions::find(Height height) const {
  const Height first = versions_.front()->height();
  if (height < first || height > versions_.back()->height()) return nullptr;
  return versions_[height.value() - first.value()];
}

std::shared_ptr<const StateVersion> Versions::tip() const {
  const std::lock_guard lock(mutex_);
  GENERION_ASSERT(!versions_.empty());
  return versions_.back();
}

std::shared_ptr<const StateVersion> Versions::sealed() const {
  const std::lock_guard lock(mutex_);
  return sealed_;
}

Result<std::shared_ptr<const StateVersion>> Versions::at(Height height) const {
  const std::lock_guard lock(mutex_);
  GENERION_ASSERT(!versions_.empty());
  if (auto version = find(height)) return version;
  const std::uint64_t first = versions_.front()->height().value();
  const std::uint64_t last = versions_.back()->height().value();
  const bool is_ahead = height.value() > last;
  return fail(
      is_ahead ? Code::height_ahead : Code::height_gone,
      fmt::format("the state at height {} is {}: heights {} to {} can be read", height.value(),
                  is_ahead ? "not executed yet" : "not kept any more", first, last));
}

}  // namespace generion::ledger
