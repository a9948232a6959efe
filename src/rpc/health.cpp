#include "rpc/health.h"

#include <algorithm>
#include <cstdlib>

namespace generion::rpc {

std::string_view trouble_name(Trouble trouble) {
  switch (trouble) {
    case Trouble::diverged:
      return "DIVERGED";
    case Trouble::votes_lost:
      return "VOTES_LOST";
    case Trouble::recovering:
      return "RECOVERING";
    case Trouble::isolated:
      return "ISOLATED";
    case Trouble::behind:
      return "BEHIND";
    case Trouble::view_change:
      return "VIEW_CHANGE";
    case Trouble::no_quorum:
      return "NO_QUORUM";
    case Trouble::stalled:
      return "STALLED";
    case Trouble::primary_late:
      return "PRIMARY_LATE";
    case Trouble::validator_missing:
      return "VALIDATOR_MISSING";
    case Trouble::queue_full:
      return "QUEUE_FULL";
    case Trouble::disk_low:
      return "DISK_LOW";
    case Trouble::clock_skew:
      return "CLOCK_SKEW";
    case Trouble::evidence:
      return "EVIDENCE";
    case Trouble::certificate_expires:
      return "CERTIFICATE_EXPIRES";
  }
  return {};
}

bool stops_serving(Trouble trouble) {
  return trouble <= Trouble::view_change;
}

std::uint64_t NodeHealth::validators_connected() const {
  const auto others = std::ranges::count_if(peers, [](const PeerView& peer) {
    return peer.role == "validator" && peer.state == "connected";
  });
  return static_cast<std::uint64_t>(others) + (is_validator ? 1 : 0);
}

std::uint64_t NodeHealth::peers_connected() const {
  return static_cast<std::uint64_t>(
      std::ranges::count(peers, std::string("connected"), &PeerView::state));
}

std::optional<std::int64_t> NodeHealth::clock_offset_ms() const {
  std::vector<std::int64_t> offsets;
  for (const PeerView& peer : peers) {
    if (peer.state == "connected" && peer.clock_offset_ms) offsets.push_back(*peer.clock_offset_ms);
  }
  if (offsets.empty()) return std::nullopt;
  std::ranges::sort(offsets);
  const std::int64_t low = offsets[(offsets.size() - 1) / 2];
  const std::int64_t high = offsets[offsets.size() / 2];
  if ((low < 0) != (high < 0)) return 0;
  return std::abs(low) < std::abs(high) ? low : high;
}

}  // namespace generion::rpc
