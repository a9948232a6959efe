#include "rpc/block_events.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/limits.h"
#include "rpc/collect_events.h"

namespace generion::rpc {

std::shared_ptr<const BlockEvents> BlockReader::find(Height height, Detail detail) {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(kept_.begin(), kept_.end(), [&](const Kept& kept) {
    return kept.height == height && kept.detail >= detail;
  });
  return found == kept_.end() ? nullptr : found->events;
}

Result<std::shared_ptr<const BlockEvents>> BlockReader::load(Height height, Detail detail) const {
  auto block = backend_.block(height);
  if (!block) return fail(block.error());
  auto out = std::make_shared<BlockEvents>();
  out->block = std::move(*block);
  if (detail == Detail::block) return out;
  try {
    const auto bodies = backend_.bodies(height);
    if (!bodies) return fail(bodies.error());
    const auto version = backend_.version(std::nullopt);
    if (!version) return fail(version.error());
    collect_events(*out, *bodies, (*version)->state());
  } catch (const std::exception& failure) {
    // Reading the state has no other way to say that the disk failed.
    return fail(Code::io_error,
                fmt::format("block {} could not be read: {}", height.value(), failure.what()));
  }
  return out;
}

Result<std::shared_ptr<const BlockEvents>> BlockReader::read(Height height, Detail detail) {
  if (auto known = find(height, detail)) return known;
  auto events = load(height, detail);
  if (!events) return fail(events.error());
  const std::lock_guard lock(mutex_);
  if (kept_.size() == limits::kBlockEventsKept) kept_.pop_front();
  kept_.push_back({height, detail, *events});
  return events;
}

}  // namespace generion::rpc
