#include "client/set_chain.h"

#include <catch2/catch.hpp>

#include "base/hex.h"
#include "base/limits.h"
#include "set_history.h"

namespace generion::client {
namespace {

using Catch::Contains;
using History = SetHistory;

Error error_of(const Result<void>& result) {
  return result ? Error{Code::ok, ""} : result.error();
}
Code code(const Result<void>& result) {
  return error_of(result).code;
}

// Four, then five, six, seven, and back to four others.
const std::vector<ChainLink>& growth() {
  static const std::vector<ChainLink> links{
      History::link(1, 40, "abcd", "abcde"), History::link(2, 80, "abcde", "abcdef"),
      History::link(5, 120, "abcdef", "abcdefg"), History::link(6, 160, "abcdefg", "defg"),
      History::link(7, 170, "defg", "defg")};
  return links;
}

Result<void> check(SetChain& chain, const BlockHeader& header, std::string_view by,
                   const std::vector<SetChange>& changes = {}) {
  return chain.check(header, History::sealed(header, by), changes);
}

SetChain grown() {
  SetChain chain(History::genesis("abcd"));
  REQUIRE(chain.follow(growth()));
  return chain;
}

}  // namespace

TEST_CASE("validators are followed through sets of four, five, six and seven") {
  SetChain chain(History::genesis("abcd"));
  CHECK(!chain.head());
  REQUIRE(chain.follow(growth()));
  CHECK(chain.changes() == 4);
  CHECK(chain.head()->header.height == Height(170));
  CHECK(chain.anchor_at(Height(40)).validators == History::set_of("abcd"));
  CHECK(chain.anchor_at(Height(41)).validators == History::set_of("abcde"));
  CHECK(chain.anchor_at(Height(9'999)).validators == History::set_of("defg"));
  CHECK(chain.links() == growth());
  // Each set with just its quorum, and with one less: 3 of 4, 4 of 5, 4 of 6, 5 of 7.
  struct Row {
    BlockHeader header;
    std::string_view quorum;
  };
  for (const Row& row : {Row{History::header(1, 30, "abcd", "abcd"), "bcd"},
                         Row{History::header(2, 60, "abcde", "abcde"), "abde"},
                         Row{History::header(4, 100, "abcdef", "abcdef"), "acef"},
                         Row{History::header(6, 140, "abcdefg", "abcdefg"), "abcfg"},
                         Row{History::header(8, 180, "defg", "defg"), "def"}}) {
    INFO(row.header.height.value());
    CHECK(code(check(chain, row.header, row.quorum.substr(1))) == Code::bad_proof);
    CHECK(code(check(chain, row.header, row.quorum)) == Code::ok);
  }
  CHECK(chain.head()->header.height == Height(180));
  // Pages repeat what is known.
  CHECK(chain.follow(growth()));
  CHECK(chain.changes() == 4);
}

TEST_CASE("the changes that a proof brings are followed, or those that are known suffice") {
  const BlockHeader header = History::header(6, 130, "abcdefg", "abcdefg");
  const std::vector<SetChange> three(growth().begin(), growth().begin() + 3);
  using Changes = std::vector<SetChange>;
  for (const Changes& bad : {Changes{}, Changes{three[0], three[2]}, Changes{three[1], three[2]},
                             Changes{three[0], three[0], three[1], three[2]},
                             Changes{three[0], three[2], three[1]}, growth()}) {
    SetChain chain(History::genesis("abcd"));
    CHECK(code(check(chain, header, "abcdefg", bad)) == Code::bad_proof);
  }
  SetChain chain(History::genesis("abcd"));
  CHECK(code(check(chain, header, "abcdefg", three)) == Code::ok);
  CHECK(code(check(chain, header, "abcdefg")) == Code::ok);
}

TEST_CASE("a certificate that does not hold is refused, and changes nothing") {
  SetChain chain = grown();
  const BlockHeader header = History::header(8, 180, "defg", "defg");
  Certificate seals = History::sealed(header, "def");
  BlockHeader shown = header;
  SECTION("a doubled signer") {
    seals.signers[2] = seals.signers[1];
  }
  SECTION("a foreign seal") {
    seals = History::sealed(header, "dex");
  }
  SECTION("one below the quorum") {
    seals.signers.pop_back();
  }
  SECTION("no seals at all") {
    seals.signers.clear();
  }
  SECTION("a seal of another block") {
    seals.signers[1].signature =
        make_seal(growth()[4].header, History::keys_of("def")[1]).signature;
  }
  SECTION("an altered header") {
    shown.time = TimeMs(1);
  }
  SECTION("an old set, above where it handed over") {
    shown = History::header(8, 180, "abcd", "abcd");
    seals = History::sealed(shown, "abcd");
  }
  SECTION("an old set, in the name of the new one") {
    seals = History::sealed(header, "abc");
  }
  SECTION("an epoch that was before") {
    shown = History::header(6, 180, "defg", "defg");
    seals = History::sealed(shown, "defg");
  }
  CHECK(code(chain.check(shown, seals, {})) == Code::bad_proof);
  CHECK(!chain.conflict());
  CHECK(chain.head()->header.height == Height(170));
  CHECK(code(check(chain, header, "def")) == Code::ok);
}

TEST_CASE("another chain is told apart") {
  SetChain chain = grown();
  BlockHeader other = History::header(8, 180, "defg", "defg");
  other.chain_id = crypto::blake2b256({"another"});
  CHECK(code(check(chain, other, "defg")) == Code::wrong_chain);
}

TEST_CASE("two certified blocks that exclude each other are a fork, with which all ends") {
  SetChain chain = grown();
  BlockHeader child = History::header(8, 171, "defg", "defg");
  BlockHeader parent = History::header(7, 169, "defg", "defg");
  std::vector<ChainLink> links;
  SECTION("two of one height") {
    links = {History::link(7, 170, "defg", "defg", "other")};
  }
  SECTION("two ends of one epoch") {
    links = {History::link(1, 40, "abcd", "abcdx", "other")};
  }
  SECTION("a change of the set below one that is known") {
    links = {History::link(1, 39, "abcd", "abcx")};
  }
  SECTION("a change of the set below the head") {
    links = {History::link(7, 165, "defg", "defgh")};
  }
  SECTION("a block above the head that does not stand on it") {
    links = {History::link(child, "defg", "defg")};
  }
  SECTION("a block below the head on which that does not stand") {
    links = {History::link(parent, "defg", "defg")};
  }
  const auto result = chain.follow(links);
  REQUIRE(code(result) == Code::fork);
  CHECK_THAT(result.error().message, Contains(std::to_string(links[0].header.height.value())));
  REQUIRE(chain.conflict());
  CHECK(chain.conflict()->second == links[0]);
  CHECK(code(chain.follow({growth().back()})) == Code::fork);
  const BlockHeader next = History::header(8, 200, "defg", "defg");
  CHECK(code(check(chain, next, "defg")) == Code::fork);
}

TEST_CASE("what stands on the head, and below it, is no fork") {
  SetChain chain = grown();
  BlockHeader child = History::header(8, 171, "defg", "defgh");
  child.parent_hash = block_hash(growth().back().header);
  CHECK(code(check(chain, child, "defg")) == Code::ok);
  // It hands over, but to whom was not told: the next link tells.
  const BlockHeader above = History::header(9, 172, "defgh", "defgh");
  CHECK(code(check(chain, above, "defgh")) == Code::bad_proof);
  CHECK(code(chain.follow({History::link(child, "defg", "defgh")})) == Code::ok);
  CHECK(chain.changes() == 5);
  const BlockHeader later = History::header(9, 190, "defgh", "defgh");
  CHECK(code(check(chain, later, "defgh")) == Code::ok);
}

TEST_CASE("a trusted block is a beginning, by its hash") {
  const ChainLink& at = growth()[2];
  const TrustedBlock trusted{Height(120), block_hash(at.header)};
  auto chain = SetChain::from(trusted, at);
  REQUIRE(chain);
  CHECK(chain->start() == Height(120));
  // Proofs bring all changes since the genesis: those below are passed over.
  CHECK(code(chain->follow(growth())) == Code::ok);
  CHECK(chain->changes() == 1);
  CHECK(chain->links().size() == 3);
  CHECK(code(check(*chain, at.header, "", {})) == Code::ok);
  CHECK(code(check(*chain, History::header(1, 30, "abcd", "abcd"), "abcd")) == Code::bad_proof);
  CHECK(code(chain->follow({History::link(5, 120, "abcdef", "abcdefg", "other")})) ==
        Code::bad_proof);

  CHECK(!SetChain::from({Height(119), trusted.hash}, at));
  CHECK(!SetChain::from({Height(120), Hash()}, at));
  ChainLink other_set = at;
  other_set.next = History::set_of("abcdefh");
  CHECK(!SetChain::from(trusted, other_set));

  auto alone = SetChain::only(trusted, at.header);
  REQUIRE(alone);
  CHECK(code(check(*alone, at.header, "")) == Code::ok);
  CHECK(code(check(*alone, growth()[3].header, "abcdefg")) == Code::bad_proof);
  CHECK(!SetChain::only(trusted, growth()[3].header));
}

TEST_CASE("a link without seals has to be a known block") {
  SetChain chain = grown();
  ChainLink bare = growth().back();
  bare.certificate.signers.clear();
  CHECK(code(chain.follow({bare})) == Code::ok);
  bare.header.time = TimeMs(1);
  CHECK(code(chain.follow({bare})) == Code::bad_proof);
}

TEST_CASE("as many changes of the set are followed as a proof may hold") {
  SetChain chain(History::genesis("a"));
  std::vector<ChainLink> links;
  for (std::uint64_t i = 1; i <= limits::kSetChangesMax + 1; ++i) {
    links.push_back(i % 2 == 1 ? History::link(i, i * 2, "a", "b")
                               : History::link(i, i * 2, "b", "a"));
  }
  CHECK(code(chain.follow(links)) == Code::too_many);
  CHECK(chain.changes() == limits::kSetChangesMax);
}

TEST_CASE("a trusted block is written HEIGHT:HASH") {
  const Hash hash = crypto::blake2b256({"x"});
  CHECK(parse_trusted("57:" + to_hex(hash)) == TrustedBlock{Height(57), hash});
  for (const std::string& text :
       {std::string("57"), "x:" + to_hex(hash), "-1:" + to_hex(hash), "0:" + to_hex(hash),
        std::string("57:"), std::string("57:00"), "57 :" + to_hex(hash), ":" + to_hex(hash),
        "99999999999999999999:" + to_hex(hash)}) {
    INFO(text);
    const auto parsed = parse_trusted(text);
    REQUIRE(!parsed);
    CHECK(parsed.error().code == Code::usage);
  }
}

}  // namespace generion::client
