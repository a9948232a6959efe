#include "consensus/quorum.h"

#include <catch2/catch.hpp>

namespace generion::consensus {
namespace {

struct Row {
  std::size_t n, f, q;
};

// consensus.md: f = floor((n-1)/3), q = floor((n+f)/2)+1. Written out, so that no change of a
// formula goes unseen.
constexpr Row kTable[] = {
    {1, 0, 1},   {2, 0, 2},   {3, 0, 2},    {4, 1, 3},    {5, 1, 4},   {6, 1, 4},   {7, 2, 5},
    {8, 2, 6},   {9, 2, 6},   {10, 3, 7},   {11, 3, 8},   {12, 3, 8},  {13, 4, 9},  {14, 4, 10},
    {15, 4, 10}, {16, 5, 11}, {17, 5, 12},  {18, 5, 12},  {19, 6, 13}, {20, 6, 14}, {21, 6, 14},
    {22, 7, 15}, {23, 7, 16}, {24, 7, 16},  {25, 8, 17},  {26, 8, 18}, {27, 8, 18}, {28, 9, 19},
    {29, 9, 20}, {30, 9, 20}, {31, 10, 21}, {32, 10, 22},
};

TEST_CASE("quorum: the pinned table for 1 to 32 members") {
  std::size_t n = 0;
  for (const Row& row : kTable) {
    CHECK(row.n == ++n);
    CHECK(faulty_max(row.n) == row.f);
    CHECK(quorum_size(row.n) == row.q);
    CHECK(honest_quorum(row.n) == row.f + 1);
  }
  CHECK(n == 32);
}

TEST_CASE("quorum: two quorums share an honest member, and the honest ones are a quorum") {
  for (std::size_t n = 1; n <= 100; ++n) {
    const std::size_t f = faulty_max(n);
    const std::size_t q = quorum_size(n);
    CHECK(2 * q > n + f);  // 2q - n members are in both
    CHECK(q <= n - f);
    CHECK(2 * (q - 1) <= n + f);  // and no smaller quorum would do
  }
}

TEST_CASE("quorum: the primary rotates with views and epochs") {
  CHECK(primary_index(4, Epoch(0), View(0)) == 0);
  CHECK(primary_index(4, Epoch(0), View(5)) == 1);
  CHECK(primary_index(4, Epoch(3), View(0)) == 3);
  CHECK(primary_index(4, Epoch(3), View(2)) == 1);
  CHECK(primary_index(1, Epoch(9), View(9)) == 0);
  const View last(~std::uint64_t{0});
  CHECK(primary_index(7, Epoch(1), last) == (1 + last.value() % 7) % 7);
}

}  // namespace
}  // namespace generion::consensus
