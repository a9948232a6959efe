#include "consensus/slot.h"

#include <catch2/catch.hpp>

namespace generion::consensus {
namespace {

PublicKey member(int i) {
  return *PublicKey::from(crypto::blake2b256({"member", std::to_string(i)}).view());
}

const Hash kA = crypto::blake2b256({"a"});
const Hash kB = crypto::blake2b256({"b"});

void prepare(Slot& slot, int i, View view, const Hash& digest) {
  slot.prepares[member(i)] = {Epoch(0), view, Height(1), digest, member(i), {}};
}

void commit(Slot& slot, int i, View view, const Hash& digest) {
  slot.commits[member(i)] = {Epoch(0), view, Height(1), digest, member(i)};
}

void seal(Slot& slot, int i, const Hash& block) {
  slot.seals[member(i)] = {Height(1), block, member(i), {}};
}

TEST_CASE("slot: PREPAREs of one view and digest make a certificate") {
  Slot slot;
  prepare(slot, 0, View(1), kA);
  prepare(slot, 1, View(1), kA);
  prepare(slot, 2, View(1), kB);
  prepare(slot, 3, View(0), kA);
  CHECK(slot.prepared_digest(View(1), 3) == std::nullopt);
  prepare(slot, 3, View(1), kA);
  CHECK(slot.prepared_digest(View(1), 3) == kA);
  CHECK(slot.prepared_digest(View(0), 3) == std::nullopt);
  const auto certificate = slot.certificate_of(View(1), kA, Epoch(0), Height(1));
  REQUIRE(certificate.signers.size() == 3);
  CHECK(certificate.signers[0].key < certificate.signers[1].key);
  CHECK(certificate.signers[1].key < certificate.signers[2].key);
}

TEST_CASE("slot: COMMITs count for one view and digest together, in whatever view") {
  Slot slot;
  commit(slot, 0, View(1), kA);
  commit(slot, 1, View(2), kA);
  commit(slot, 2, View(2), kA);
  CHECK(slot.committed_digest(3) == std::nullopt);  // two views: nothing is proven
  commit(slot, 3, View(2), kB);
  CHECK(slot.committed_digest(3) == std::nullopt);
  commit(slot, 0, View(2), kA);
  CHECK(slot.committed_digest(3) == std::pair(View(2), kA));
}

TEST_CASE("slot: seals are a certificate, or can be one no more") {
  Slot slot;
  seal(slot, 0, kA);
  seal(slot, 1, kB);
  CHECK_FALSE(slot.is_split(4, 3));
  CHECK(slot.sealed_block(3) == std::nullopt);
  Slot split = slot;
  seal(split, 2, kA);
  CHECK_FALSE(split.is_split(4, 3));
  seal(split, 3, kB);
  CHECK(split.is_split(4, 3));
  seal(slot, 2, kA);
  seal(slot, 3, kA);
  CHECK(slot.sealed_block(3) == kA);
  CHECK(slot.seals_of(kA).signers.size() == 3);
  CHECK_FALSE(slot.is_split(4, 3));
}

TEST_CASE("slot: a new view forgets the choice and keeps the votes and the bodies") {
  Slot slot;
  slot.choice = Choice{kA, Choice::Basis::proposed, true};
  slot.is_refused = true;
  slot.fetching.insert(kA);
  slot.candidates[kA] = {std::make_shared<const Batch>(), true};
  slot.candidates[kB] = {std::make_shared<const Batch>(), false};
  const Hash unvoted = crypto::blake2b256({"unvoted"});
  slot.candidates[unvoted] = {std::make_shared<const Batch>(), true};
  slot.proposals[View(0)] = {};
  slot.proposals[View(1)] = {};
  prepare(slot, 0, View(0), kA);
  slot.on_view_moved(View(1));
  CHECK_FALSE(slot.choice);
  CHECK_FALSE(slot.is_refused);
  CHECK(slot.fetching.empty());
  CHECK(slot.has_bodies(kA));
  CHECK(slot.candidate(kB) == nullptr);
  CHECK(slot.candidate(unvoted) == nullptr);
  CHECK(slot.proposals.size() == 1);
  CHECK(slot.prepares.size() == 1);
}

}  // namespace
}  // namespace generion::consensus
