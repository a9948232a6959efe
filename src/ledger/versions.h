// The versions of the state that can be read: the newest ones, bounded. Thread-safe.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>

#include "ledger/state_version.h"

namespace generion::ledger {

class Versions {
 public:
  // Keeps `kept_blocks` versions, and those whose time is within `kept_ms` of the newest, but never
  // more than limits::kStateVersionsMax.
  Versions(std::uint64_t kept_blocks, std::uint64_t kept_ms)
      : kept_blocks_(kept_blocks), kept_ms_(kept_ms) {}

  // Publishes the version of the next height.
  void add(std::shared_ptr<const StateVersion> version);
  // There is a certificate of this height now. Heights only go up.
  void seal(Height height);

  std::shared_ptr<const StateVersion> tip() const;
  std::shared_ptr<const StateVersion> sealed() const;  // null: none that is kept
  // Errors height_gone and height_ahead.
  Result<std::shared_ptr<const StateVersion>> at(Height height) const;

 private:
  std::shared_ptr<const StateVersion> find(Height height) const;  // under mutex_; null: not kept
  void choose_sealed();

  const std::uint64_t kept_blocks_;
  const std::uint64_t kept_ms_;
  mutable std::mutex mutex_;                                  // guards what follows
  std::deque<std::shared_ptr<const StateVersion>> versions_;  // heights without a gap, ascending
  std::shared_ptr<const StateVersion> sealed_;
  Height certified_;
};

}  // namespace generion::ledger
