#include <catch2/catch.hpp>

#include "rpc/results.h"

namespace generion::rpc {
namespace {

Json shown(const NodeHealth& health) {
  return to_json(health, {});
}

TEST_CASE("health of a node that is well is shown without what is not known") {
  NodeHealth health;
  health.status.ready = true;
  const Json well = shown(health);
  CHECK(well.at("well").as_bool());
  CHECK(well.at("ready").as_bool());
  CHECK(well.at("reasons").as_array().empty());
  for (const char* absent :
       {"primary", "diverged_at", "disk_bytes", "clock_offset_ms", "certificates"}) {
    CHECK_FALSE(well.as_object().contains(absent));
  }
}

TEST_CASE("health is shown as documented") {
  NodeHealth health;
  health.is_validator = true;
  health.is_active = false;
  health.diverged_at = Height(5);
  health.disk = DiskSpace{3, 10};
  health.mempool_fullest_share = 0.507;
  health.certificates = {{"127.0.0.1:1", TimeMs(9)}};
  health.reasons = {{Trouble::no_quorum, "too few", "start them"}};
  health.status.head = Height(9);
  health.status.height = Height(7);
  PeerView peer;
  peer.role = "validator";
  peer.state = "connected";
  peer.queued_bytes = 7;
  peer.clock_offset_ms = 20;
  health.peers = {peer, peer, PeerView{}};
  const Json ill = shown(health);
  CHECK_FALSE(ill.at("well").as_bool());
  CHECK_FALSE(ill.at("ready").as_bool());
  CHECK(ill.at("reasons").at(0) ==
        JsonObject{{"code", "NO_QUORUM"}, {"what", "too few"}, {"do", "start them"}});
  CHECK(ill.at("lag") == 2);
  CHECK(ill.at("validators_connected") == 3);
  CHECK(ill.at("peers") == 3);
  CHECK(ill.at("peers_connected") == 2);
  CHECK(ill.at("peers_queued_bytes") == 14);
  CHECK(ill.at("view_change") == true);
  CHECK(ill.at("diverged_at") == 5);
  CHECK(ill.at("disk_free_bytes") == 3);
  CHECK(ill.at("mempool_percent") == 50);
  CHECK(ill.at("clock_offset_ms") == 20);
  CHECK(ill.at("certificates").at(0).at("ends_at_ms") == 9);
}

}  // namespace
}  // namespace generion::rpc
