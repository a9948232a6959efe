#include "node/vote_filter.h"

#include <catch2/catch.hpp>

namespace generion::node {
namespace {

Message prepare(std::uint64_t view, std::uint64_t height) {
  return Prepare{Epoch(0), View(view), Height(height), {}, {}, {}};
}

TEST_CASE("vote filter: votes on settled heights are not wanted") {
  VoteFilter filter;
  const Message commit = Commit{Epoch(0), View(0), Height(5), {}, {}};
  const Message seal = SealVote{Epoch(0), Seal{Height(5), {}, {}, {}}};
  CHECK(filter.is_wanted(prepare(0, 5)));
  CHECK(filter.is_wanted(commit));
  CHECK(filter.is_wanted(seal));
  filter.on_stable(Height(5));
  CHECK_FALSE(filter.is_wanted(prepare(0, 5)));
  CHECK_FALSE(filter.is_wanted(commit));
  CHECK_FALSE(filter.is_wanted(seal));
  CHECK(filter.is_wanted(prepare(0, 6)));
  filter.on_stable(Height(3));  // never back
  CHECK_FALSE(filter.is_wanted(prepare(0, 5)));
}

TEST_CASE("vote filter: PREPAREs beyond a quorum are not wanted, those of later views are") {
  VoteFilter filter;
  filter.on_prepared(Height(5), View(1));
  CHECK_FALSE(filter.is_wanted(prepare(0, 5)));
  CHECK_FALSE(filter.is_wanted(prepare(1, 5)));
  CHECK(filter.is_wanted(prepare(2, 5)));
  CHECK(filter.is_wanted(prepare(0, 6)));
  CHECK(filter.is_wanted(Commit{Epoch(0), View(1), Height(5), {}, {}}));
  CHECK(filter.is_wanted(Complaint{}));
}

}  // namespace
}  // namespace generion::node
