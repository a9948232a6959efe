#include "node/health_reasons.h"

#include <catch2/catch.hpp>

#include "../types/sample_transaction.h"
#include "types/address.h"

namespace generion::node {
namespace {

using rpc::NodeHealth;
using rpc::Trouble;

constexpr std::uint64_t kGiB = 1024 * 1024 * 1024;
const TimeMs kNow(1'790'000'000'000);

PublicKey key_of(std::size_t place) {
  return test_key(static_cast<std::uint8_t>(place)).public_key();
}

// One of four validators, with which all is well.
NodeHealth well() {
  NodeHealth out;
  out.is_validator = true;
  out.status.time = kNow;
  out.status.height = out.status.head = Height(100);
  out.status.validators = 4;
  out.status.quorum = 3;
  out.status.primary = key_of(1);
  out.heartbeat_ms = 30'000;
  out.verify_max = 1'000;
  out.disk = rpc::DiskSpace{50 * kGiB, 100 * kGiB};
  for (std::size_t place = 1; place <= 3; ++place) {
    rpc::PeerView peer;
    peer.key = key_of(place);
    if (place == 1) peer.name = "City Hospital";
    peer.role = "validator";
    peer.state = "connected";
    peer.clock_offset_ms = 0;
    out.peers.push_back(peer);
  }
  return out;
}

void lose(NodeHealth& health, std::size_t peers) {
  for (std::size_t i = 0; i < peers; ++i) {
    health.peers[i].state = "waiting";
    health.peers[i].last_error = "connection refused";
  }
}

std::vector<Trouble> troubles(const NodeHealth& health) {
  std::vector<Trouble> out;
  for (const rpc::HealthReason& reason : health_reasons(health)) {
    CHECK_FALSE(reason.what.empty());
    CHECK_FALSE(reason.to_do.empty());
    out.push_back(reason.trouble);
  }
  return out;
}

// What is wrong once `change` is made to a node that is well; it has to be one thing.
template <class Change>
rpc::HealthReason only_reason(const Change& change) {
  NodeHealth health = well();
  change(health);
  const auto reasons = health_reasons(health);
  REQUIRE(reasons.size() == 1);
  return reasons.front();
}

TEST_CASE("health: a node that is well has no reason; neither has a chain of one") {
  CHECK(troubles(well()).empty());
  NodeHealth alone = well();
  alone.peers.clear();
  alone.status.validators = alone.status.quorum = 1;
  CHECK(troubles(alone).empty());
}

TEST_CASE("health: one validator away is told with its name and why; two are no quorum") {
  const auto one = only_reason([](NodeHealth& health) { lose(health, 1); });
  CHECK(one.trouble == Trouble::validator_missing);
  CHECK_THAT(one.what, Catch::Contains("3 of 4 validators"));
  CHECK_THAT(one.what, Catch::Contains("City Hospital, " + address_text(key_of(1)) +
                                       " (connection refused)"));

  const auto two = only_reason([](NodeHealth& health) { lose(health, 2); });
  CHECK(two.trouble == Trouble::no_quorum);
  CHECK_THAT(two.what, Catch::Contains("2 of 4 validators"));
  CHECK_THAT(two.what, Catch::Contains("3 are needed"));
  CHECK_THAT(two.what, Catch::Contains(address_text(key_of(2))));

  NodeHealth none = well();
  lose(none, 3);
  CHECK(troubles(none) == std::vector{Trouble::isolated, Trouble::no_quorum});
}

TEST_CASE("health: an observer needs one connection, and no quorum") {
  NodeHealth observer = well();
  observer.is_validator = false;
  observer.status.primary.reset();
  lose(observer, 2);
  CHECK(troubles(observer).empty());
  lose(observer, 3);
  CHECK(troubles(observer) == std::vector{Trouble::isolated});
}

TEST_CASE("health: what has stopped a replica") {
  CHECK(only_reason([](auto& health) { health.diverged_at = Height(7); }).trouble ==
        Trouble::diverged);
  CHECK(only_reason([](auto& health) { health.is_listening = true; }).trouble ==
        Trouble::votes_lost);
  CHECK(only_reason([](auto& health) { health.is_recovering = true; }).trouble ==
        Trouble::recovering);
  CHECK(only_reason([](auto& health) { health.is_active = false; }).trouble ==
        Trouble::view_change);
  const auto late = only_reason([](auto& health) { health.has_complained = true; });
  CHECK(late.trouble == Trouble::primary_late);
  CHECK_THAT(late.what, Catch::Contains(address_text(key_of(1))));
}

TEST_CASE("health: behind is who is more than twenty blocks behind") {
  NodeHealth health = well();
  health.status.head = Height(120);
  CHECK(troubles(health).empty());
  health.status.head = Height(121);
  CHECK(troubles(health) == std::vector{Trouble::behind});
}

TEST_CASE("health: a chain stands still when work waits, or past its heartbeat") {
  NodeHealth health = well();
  health.since_block_ms = 60'000;
  CHECK(troubles(health).empty());
  health.since_block_ms = 60'001;
  CHECK(troubles(health) == std::vector{Trouble::stalled});
  health.since_block_ms = 30'001;
  CHECK(troubles(health).empty());
  health.status.mempool = 1;
  CHECK(troubles(health) == std::vector{Trouble::stalled});
}

TEST_CASE("health: queues are full from nine tenths on") {
  NodeHealth health = well();
  health.mempool_fullest_share = 0.89;
  health.verify_waiting = 899;
  CHECK(troubles(health).empty());
  health.verify_waiting = 900;
  CHECK(troubles(health) == std::vector{Trouble::queue_full});
  health.verify_waiting = 0;
  health.mempool_fullest_share = 0.9;
  CHECK(troubles(health) == std::vector{Trouble::queue_full});
}

TEST_CASE("health: a disk is low at a twentieth, from 1 GiB to 20 GiB") {
  CHECK(disk_low_bytes({0, 10 * kGiB}) == kGiB);
  CHECK(disk_low_bytes({0, 100 * kGiB}) == 5 * kGiB);
  CHECK(disk_low_bytes({0, 4'000 * kGiB}) == 20 * kGiB);
  NodeHealth health = well();
  health.disk->free_bytes = 5 * kGiB;
  CHECK(troubles(health).empty());
  --health.disk->free_bytes;
  CHECK(troubles(health) == std::vector{Trouble::disk_low});
}

TEST_CASE("health: a clock a second away from the others' is told with its side") {
  NodeHealth health = well();
  const auto set = [](NodeHealth& at, std::int64_t offset) {
    for (rpc::PeerView& peer : at.peers) peer.clock_offset_ms = offset;
  };
  set(health, -1'000);
  CHECK(troubles(health).empty());
  const auto behind = only_reason([&](auto& at) { set(at, -1'500); });
  CHECK(behind.trouble == Trouble::clock_skew);
  CHECK_THAT(behind.what, Catch::Contains("1.5 s behind"));
  CHECK_THAT(only_reason([&](auto& at) { set(at, 1'500); }).what, Catch::Contains("ahead of"));
}

TEST_CASE("health: evidence of the last day names each culprit once") {
  NodeHealth health = well();
  rpc::EvidenceFound found;
  found.culprit = key_of(2);
  found.found_at = TimeMs(kNow.value() - kEvidenceShownMs);
  health.evidence = {found};
  CHECK(troubles(health).empty());
  found.found_at = kNow;
  health.evidence = {found, found};
  const auto reasons = health_reasons(health);
  REQUIRE(reasons.size() == 1);
  CHECK(reasons[0].trouble == Trouble::evidence);
  const std::string name = address_text(key_of(2));
  CHECK(reasons[0].what.find(name) == reasons[0].what.rfind(name));
}

TEST_CASE("health: the certificate that ends first counts") {
  NodeHealth health = well();
  health.certificates = {{"127.0.0.1:1", kNow.plus(kCertificateLeftMsMin + 1)},
                         {"127.0.0.1:2", kNow.plus(kCertificateLeftMsMin + 2)}};
  CHECK(troubles(health).empty());
  health.certificates[1].ends = kNow.plus(7'200'000);
  CHECK_THAT(health_reasons(health).at(0).what, Catch::Contains("127.0.0.1:2 expires in 2 h"));
  health.certificates[1].ends = kNow;
  CHECK_THAT(health_reasons(health).at(0).what, Catch::Contains("has expired"));
}

}  // namespace
}  // namespace generion::node
