#include "ledger/snapshots.h"

#include "base/snapshot_limits.h"
#include "snapshot_chain.h"

namespace generion::ledger {
namespace {

using test::SnapshotChain;

TEST_CASE("snapshots: the same bytes on every node, whatever came after") {
  SnapshotChain one;
  SnapshotChain other;
  const auto state = other.ledger->at(other.last->header.height);
  REQUIRE(state);
  const BlockHeader header = other.last->header;
  const Bytes receipts = other.receipts();
  other.add({other.maker.set_key("user 1")});  // the version is as it was
  const auto first = one.take();
  auto second = Snapshots::open(other.directory.path() / "snapshots", other.ledger->chain());
  REQUIRE(second);
  REQUIRE((*second)->take(header, *object_rows(*state), receipts, 1));
  REQUIRE(first->list() == std::vector{header});
  REQUIRE((*second)->list() == std::vector{header});
  for (std::uint64_t part = 0; part < snapshot_parts(header.object_count); ++part) {
    const auto a = first->part(block_hash(header), part, 2);
    REQUIRE(a);
    CHECK(a == (*second)->part(block_hash(header), part, 2));
    if (part > 0) CHECK(verify_chunk(*a, part - 1, header));
  }
  CHECK(first->part(block_hash(header), 99, 2).error().code == Code::not_found);
  CHECK(first->part(Hash(), 0, 2).error().code == Code::not_found);
}

TEST_CASE("snapshots: the two newest stay, and one that is asked for") {
  SnapshotChain chain(3);
  auto snapshots = chain.take();
  const Hash first = chain.last->hash;
  const auto again = [&](std::uint64_t now_ms) {
    chain.end_epoch();
    const auto state = chain.ledger->at(chain.last->header.height);
    REQUIRE(snapshots->take(chain.last->header, *object_rows(*state), chain.receipts(), now_ms));
  };
  CHECK(snapshots->older_kept() == Height(0));
  again(10);
  const Hash second = chain.last->hash;
  CHECK(snapshots->list().size() == 2);
  CHECK(snapshots->older_kept().value() > 0);
  REQUIRE(snapshots->part(first, 0, 1'000));
  again(2'000);
  CHECK(snapshots->list().size() == 3);
  snapshots->forget_old(1'000 + limits::kSnapshotServedMs);
  CHECK(snapshots->list().size() == 3);
  snapshots->forget_old(1'001 + limits::kSnapshotServedMs);
  CHECK(snapshots->list().size() == 2);
  CHECK_FALSE(snapshots->part(first, 0, 3'000));
  CHECK(snapshots->part(second, 0, 3'000));

  snapshots.reset();
  std::filesystem::create_directory(chain.directory.path() / "snapshots" / "unfinished");
  auto opened = Snapshots::open(chain.directory.path() / "snapshots", chain.ledger->chain());
  REQUIRE(opened);
  CHECK((*opened)->list().size() == 2);
  CHECK_FALSE(std::filesystem::exists(chain.directory.path() / "snapshots" / "unfinished"));
}

TEST_CASE("snapshots: one of other objects than the header's is not made") {
  SnapshotChain chain(3);
  const auto state = chain.ledger->at(chain.last->header.height);
  auto snapshots = Snapshots::open(chain.directory.path() / "snapshots", chain.ledger->chain());
  REQUIRE(snapshots);
  BlockHeader wrong = chain.last->header;
  wrong.state_root = Hash();
  CHECK((*snapshots)->take(wrong, *object_rows(*state), "", 1).error().code == Code::damaged);
  CHECK((*snapshots)->list().empty());
  (*snapshots)->stop();
  CHECK((*snapshots)->take(chain.last->header, *object_rows(*state), "", 1).error().code ==
        Code::cancelled);
  CHECK((*snapshots)->list().empty());
}

}  // namespace
}  // namespace generion::ledger
