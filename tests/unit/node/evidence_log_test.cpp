#include "node/evidence_log.h"

#include <catch2/catch.hpp>
#include <fstream>

#include "../ledger/temporary_directory.h"

namespace generion::node {
namespace {

consensus::Evidence sample(std::uint64_t height) {
  Prepare one{Epoch(0), View(2), Height(height), {}, {}, {}};
  Prepare other = one;
  other.digest.data()[0] = 1;
  return {one.sender, one, other};
}

TEST_CASE("evidence is shown, kept once, and found again after a restart") {
  const ledger::test::TemporaryDirectory directory;
  const auto place = directory.path() / "evidence";
  EvidenceLog log(place);
  log.load();
  CHECK(log.newest().empty());
  REQUIRE(log.add(sample(7), TimeMs(100)));
  REQUIRE(log.add(sample(7), TimeMs(200)));
  REQUIRE(log.add(sample(8), TimeMs(300)));
  const auto shown = log.newest();
  REQUIRE(shown.size() == 2);
  CHECK(shown[0].kind == "PREPARE");
  CHECK(shown[0].view == View(2));
  CHECK(shown[0].height == Height(7));
  CHECK(shown[0].found_at == TimeMs(100));
  CHECK(shown[0].first != shown[0].second);
  REQUIRE(log.found().size() == 2);
  CHECK(log.found()[1].culprit == shown[1].culprit);
  CHECK(log.found()[1].found_at == TimeMs(300));

  std::ofstream(place / "noise") << "not evidence";
  EvidenceLog again(place);
  again.load();
  const auto found = again.newest();
  REQUIRE(found.size() == 2);
  CHECK(found[1].height == Height(8));
  CHECK(found[1].first == shown[1].first);
}

}  // namespace
}  // namespace generion::node
