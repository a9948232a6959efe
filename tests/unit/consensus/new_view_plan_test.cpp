#include "consensus/new_view_plan.h"

#include <catch2/catch.hpp>

#include "simulated_network.h"

namespace generion::consensus {
namespace {

const Hash kChain = crypto::blake2b256({"plan chain"});

Hash digest_of(std::uint64_t i) {
  return crypto::blake2b256({"batch", std::to_string(i)});
}

PublicKey member(std::uint64_t i) {
  return *PublicKey::from(crypto::blake2b256({"member", std::to_string(i)}).view());
}

PreparedCertificate prepared(View view, Height height, const Hash& digest) {
  return {Epoch(0), view, height, digest, {{member(1), {}}, {member(2), {}}, {member(3), {}}}};
}

CertifiedHeader certified(Height height) {
  BlockHeader header;
  header.height = height;
  return {header, {block_hash(header), {}}};
}

ViewChange change(std::optional<CertifiedHeader> stable, std::vector<PreparedCertificate> all) {
  return {Epoch(0), View(9), std::move(stable), std::move(all), {}, {}, {}, {}};
}

// The same by brute force: for each height, look at everything there is.
Membership members() {
  Membership out;
  out.chain = kChain;
  return out;
}

NewViewPlan dumb_plan(const std::vector<ViewChange>& changes) {
  NewViewPlan plan;
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  for (const ViewChange& vc : changes) {
    if (vc.stable && vc.stable->header.height.value() > low) {
      low = vc.stable->header.height.value();
      plan.stable = vc.stable;
    }
    for (const auto& p : vc.prepared) high = std::max(high, p.height.value());
  }
  for (std::uint64_t h = low + 1; h <= high; ++h) {
    Prescribed best{Height(h), batch_digest(kChain, null_batch(Epoch(0), Height(h))), {}};
    for (std::uint64_t view = 0; view < 9; ++view) {
      for (const ViewChange& vc : changes) {
        for (const auto& p : vc.prepared) {
          if (p.height != Height(h) || p.view != View(view)) continue;
          best.digest = p.digest;
          best.holders.clear();
          for (const auto& s : p.signers) best.holders.push_back(s.key);
        }
      }
    }
    plan.batches.push_back(best);
  }
  return plan;
}

TEST_CASE("new view plan: nothing prepared, nothing prescribed") {
  CHECK(new_view_plan(members(), {change({}, {}), change({}, {})}) == NewViewPlan{});
}

TEST_CASE(
    "new view plan: the highest view wins, a gap is the null batch, stable ones are left out") {
  const auto plan = new_view_plan(
      members(), {change({}, {prepared(View(1), Height(5), digest_of(1)),
                              prepared(View(0), Height(8), digest_of(2))}),
                  change(certified(Height(5)), {prepared(View(3), Height(6), digest_of(3))}),
                  change(certified(Height(4)), {prepared(View(2), Height(6), digest_of(4))})});
  REQUIRE(plan.stable);
  CHECK(plan.stable->header.height == Height(5));
  REQUIRE(plan.batches.size() == 3);
  CHECK(plan.batches[0].height == Height(6));
  CHECK(plan.batches[0].digest == digest_of(3));
  CHECK(plan.batches[0].holders.size() == 3);
  CHECK(plan.batches[1].digest == batch_digest(kChain, null_batch(Epoch(0), Height(7))));
  CHECK(plan.batches[1].holders.empty());
  CHECK(plan.batches[2].digest == digest_of(2));
}

TEST_CASE("new view plan: as the dumb rewrite, in whatever order the messages stand") {
  testing::Random random(7);
  for (int round = 0; round < 500; ++round) {
    std::vector<ViewChange> changes;
    for (int i = 0; i < 5; ++i) {
      const std::uint64_t stable = random.below(6);
      ViewChange vc = change({}, {});
      if (stable > 0) vc.stable = certified(Height(stable));
      for (std::uint64_t h = stable + 1; h < stable + 8; ++h) {
        if (random.chance(50)) continue;
        // One digest for each height and view: that is what quorums guarantee.
        const std::uint64_t view = random.below(9);
        vc.prepared.push_back(prepared(View(view), Height(h), digest_of(view * 100 + h)));
      }
      changes.push_back(std::move(vc));
    }
    const NewViewPlan plan = new_view_plan(members(), changes);
    CHECK(plan == dumb_plan(changes));
    std::reverse(changes.begin(), changes.end());
    CHECK(plan == new_view_plan(members(), changes));
    std::swap(changes[0], changes[2]);
    CHECK(plan == new_view_plan(members(), changes));
  }
}

}  // namespace
}  // namespace generion::consensus
