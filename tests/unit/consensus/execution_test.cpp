#include "bench.h"

namespace generion::consensus::testing {
namespace {

TEST_CASE("execution: a header that differs from the certified one stops its votes") {
  Bench b(4, 1);
  const Batch batch = b.batch(Height(1), 0, {tx(1)});
  b.execute(batch);
  BlockHeader other = b.block(batch);
  other.state_root = crypto::blake2b256({"another state"});
  b.seal(0, other);
  b.seal(2, other);
  const Actions stopped = b.seal(3, other);
  REQUIRE(stopped.status.divergence);
  CHECK(stopped.status.divergence->kind == Divergence::Kind::own_header_differs);
  CHECK(stopped.status.divergence->own_block == block_hash(b.block(batch)));
  CHECK(stopped.status.divergence->seals.size() == 4);
  CHECK(b.pre_prepare(b.batch(Height(2), 1, {tx(2)})).fetch.empty());
  b.replica->set_work(true);
  CHECK(b.tick(60'000).persist.empty());
}

TEST_CASE("execution: seals that can reach no quorum stop everyone") {
  Bench b(4, 1);
  const Batch batch = b.batch(Height(1), 0, {tx(1)});
  b.execute(batch);
  BlockHeader other = b.block(batch);
  other.state_root = crypto::blake2b256({"another state"});
  b.seal(0, b.block(batch));
  CHECK_FALSE(b.seal(2, other).status.divergence);
  const Actions stopped = b.seal(3, other);
  REQUIRE(stopped.status.divergence);
  CHECK(stopped.status.divergence->kind == Divergence::Kind::seals_split);
}

TEST_CASE(
    "execution: certified elsewhere and unknown here: fetches blocks, and goes on from there") {
  Bench b(4, 1);
  BlockHeader header = b.members.header(Height(5));
  header.time = TimeMs(kWall);
  for (std::size_t i : {0, 2, 3}) b.seal(i, header);
  CHECK(b.tick(b.settings.catch_up_ms - 1).fetch.empty());
  const auto wanted = fetches<FetchBlocks>(b.tick(b.settings.catch_up_ms));
  REQUIRE(wanted.size() == 1);
  CHECK(wanted[0].up_to == Height(5));
  const Actions synced = b.replica->synced(b.members.certified(header, {0, 2, 3}));
  CHECK(synced.status.stable == Height(5));
  CHECK(synced.status.executed == Height(5));
  CHECK(fetches<CheckBatch>(b.pre_prepare(b.batch(Height(6), 1, {tx(1)}))).size() == 1);
}

}  // namespace
}  // namespace generion::consensus::testing
