#include "audit/compare.h"

#include <catch2/catch.hpp>

#include "audit_fixture.h"
#include "base/hex.h"
#include "contract/objects.h"

namespace generion::audit {
namespace {

using test::Chain;
using test::ListSource;

OpenSource opener(const Chain& chain) {
  return [&chain](Height) -> Result<std::unique_ptr<BlockSource>> {
    return std::make_unique<ListSource>(chain.entries());
  };
}

Comparison compare_all(const Chain& first, const Chain& second) {
  const auto work = test::quick_directory() / fmt::format("generion-compare-test-{}", ::getpid());
  auto out = compare(opener(first), opener(second), first.genesis, work);
  if (!out) FAIL(out.error().message);
  CHECK_FALSE(std::filesystem::exists(work));
  return std::move(*out);
}

}  // namespace

TEST_CASE("one chain is the same as itself, and as its beginning") {
  Chain chain(4);
  test::fill(chain);
  const Comparison same = compare_all(chain, chain);
  CHECK(same.same == Height(4));
  CHECK(same.first_ends);
  CHECK(same.second_ends);
  CHECK_FALSE(same.block);
  Chain shorter = chain;
  shorter.blocks.pop_back();
  const Comparison ahead = compare_all(chain, shorter);
  CHECK(ahead.same == Height(3));
  CHECK_FALSE(ahead.first_ends);
  CHECK(ahead.second_ends);
}

TEST_CASE("a fork is shown by block, transaction and key, with both values") {
  Chain chain(4);
  test::fill(chain);
  Chain other(4);
  other.add(chain.bodies[0]);
  other.add({});
  other.add({chain.bodies[2][2]});  // carol alone
  const Comparison fork = compare_all(chain, other);
  CHECK(fork.same == Height(2));
  REQUIRE(fork.block);
  CHECK(fork.block->object == "batch digest");
  REQUIRE(fork.transaction);
  CHECK(fork.transaction->object == "transaction 0 of the batch");
  CHECK(fork.transaction->first == to_hex(chain.blocks[2].batch.ids[0]));
  CHECK(fork.transaction->second == to_hex(chain.blocks[2].batch.ids[2]));
  // The refused transaction leaves no trace, so that the two states are one.
  CHECK_FALSE(fork.key);

  Chain third(4);
  third.add(chain.bodies[0]);
  third.add({chain.set_key("dora")});
  const Comparison state = compare_all(chain, third);
  CHECK(state.same == Height(1));
  REQUIRE(state.key);
  CHECK(state.key->object.starts_with("object "));
  CHECK(state.key->first == "unchanged");
  CHECK(state.key->second != "unchanged");
}

TEST_CASE("one batch with two outcomes is shown, although only one of them can be right") {
  Chain chain(4);
  test::fill(chain);
  Chain other = chain;
  other.blocks[2].receipts[0].code = Code::ok;
  other.blocks[2].header.receipt_root.data()[0] ^= 1;
  const Comparison fork = compare_all(chain, other);
  CHECK(fork.same == Height(2));
  CHECK(fork.block->object == "receipt root");
  CHECK(fork.transaction->object == "receipt 0");
  CHECK_FALSE(fork.key);
}

}  // namespace generion::audit
