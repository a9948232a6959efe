#include "bench.h"

namespace generion::consensus::testing {
namespace {

TEST_CASE("proposal: the window and batches below the fill") {
  Bench b(1, 0);
  b.settle(b.started);
  const auto propose = [&](std::uint64_t i, BatchSize size) {
    return b.replica->propose(TimeMs(kWall + i), {tx(i)}, size);
  };
  REQUIRE(propose(1, BatchSize::below_fill));
  CHECK(b.replica->status().wants_proposal == ProposalWish::full_batch);
  CHECK(propose(2, BatchSize::below_fill).error().code == Code::not_ready);
  REQUIRE(propose(2, BatchSize::full));
  REQUIRE(propose(3, BatchSize::full));
  CHECK(b.replica->status().wants_proposal == ProposalWish::none);
  CHECK(propose(4, BatchSize::full).error().code == Code::not_ready);
}

TEST_CASE("proposal: what it does not propose") {
  Bench b(1, 0);
  b.settle(b.started);
  const auto code = [&](std::uint64_t time, std::vector<TxId> ids) {
    const auto result = b.replica->propose(TimeMs(time), std::move(ids), BatchSize::full);
    return result ? Code::ok : result.error().code;
  };
  CHECK(code(kWall, {tx(1), tx(1)}) == Code::bad_argument);
  CHECK(code(kWall - 1'000, {tx(1)}) == Code::bad_argument);  // genesis time
  CHECK(code(kWall + limits::kDriftAheadMs + 1, {tx(1)}) == Code::bad_argument);
  CHECK(code(kWall, {}) == Code::bad_argument);
  CHECK(code(kWall, std::vector<TxId>(limits::kBatchTransactionsMax + 1)) == Code::too_many);
  CHECK(code(kWall, {tx(1)}) == Code::ok);
  Bench backup(4, 1);
  CHECK(backup.replica->propose(TimeMs(kWall), {tx(1)}, BatchSize::full).error().code ==
        Code::not_ready);
}

}  // namespace
}  // namespace generion::consensus::testing
