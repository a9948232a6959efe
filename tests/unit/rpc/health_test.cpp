#include "rpc/health.h"

#include <catch2/catch.hpp>
#include <set>

namespace generion::rpc {
namespace {

PeerView peer(std::string role, std::string state, std::optional<std::int64_t> offset_ms = {}) {
  PeerView out;
  out.role = std::move(role);
  out.state = std::move(state);
  out.clock_offset_ms = offset_ms;
  return out;
}

TEST_CASE("health: every trouble has a name, and the gravest stop a node from serving") {
  std::set<std::string_view> names;
  std::size_t stopping = 0;
  for (std::size_t i = 0; i < kTroubles; ++i) {
    const auto trouble = static_cast<Trouble>(i);
    names.insert(trouble_name(trouble));
    stopping += stops_serving(trouble) ? 1 : 0;
  }
  CHECK(names.size() == kTroubles);
  CHECK_FALSE(names.contains(""));
  CHECK(stopping == 6);
  CHECK(stops_serving(Trouble::isolated));
  // A chain that stands still can still be read.
  CHECK_FALSE(stops_serving(Trouble::no_quorum));
}

TEST_CASE("health: who is connected is counted") {
  NodeHealth health;
  health.peers = {peer("validator", "connected"), peer("validator", "waiting"),
                  peer("observer", "connected")};
  CHECK(health.validators_connected() == 1);
  CHECK(health.peers_connected() == 2);
  health.is_validator = true;
  CHECK(health.validators_connected() == 2);
}

TEST_CASE("health: one wrong clock among the others does not make one's own wrong") {
  const auto offset_of = [](const std::vector<std::int64_t>& offsets) {
    NodeHealth health;
    for (const std::int64_t offset : offsets) {
      health.peers.push_back(peer("validator", "connected", offset));
    }
    return health.clock_offset_ms();
  };
  CHECK_FALSE(offset_of({}));
  CHECK(offset_of({5'000}) == 5'000);
  CHECK(offset_of({-3'600'000, 4, -2}) == -2);
  CHECK(offset_of({9'000, 4}) == 4);
  CHECK(offset_of({-9'000, -4}) == -4);
  CHECK(offset_of({-5, 9'000}) == 0);
  CHECK(offset_of({9'000, 9'001, 9'002}) == 9'001);
  NodeHealth health;
  health.peers = {peer("validator", "waiting", 9'000), peer("validator", "connected")};
  CHECK_FALSE(health.clock_offset_ms());
}

}  // namespace
}  // namespace generion::rpc
