#include "consensus/censorship.h"

#include <catch2/catch.hpp>

#include "members.h"

namespace generion::consensus {
namespace {

TxId tx(std::uint64_t i) {
  return *TxId::from(crypto::blake2b256({"tx", std::to_string(i)}).view());
}

PublicKey hospital(std::uint64_t i) {
  return *PublicKey::from(crypto::blake2b256({"hospital", std::to_string(i)}).view());
}

struct Watched {
  CensorWatch watch{4, 5};
  Watched() {
    for (std::uint64_t i = 0; i < 20; ++i) watch.offered(tx(i), hospital(i % 4));
  }
};

TEST_CASE("censorship: batches in the order of arrival are no reason to suspect anybody") {
  Watched w;
  for (std::uint64_t i = 0; i < 20; i += 4) {
    w.watch.proposed({tx(i + 3), tx(i), tx(i + 2), tx(i + 1)});
    CHECK_FALSE(w.watch.is_suspect());
  }
  CHECK(w.watch.waiting() == 0);
}

TEST_CASE("censorship: one that others overtake again and again is") {
  Watched w;
  for (const std::uint64_t i : {1, 2, 3, 5}) {
    w.watch.proposed({tx(i)});
    CHECK_FALSE(w.watch.is_suspect());
  }
  w.watch.proposed({tx(6)});
  CHECK(w.watch.is_suspect());
  SECTION("until it is proposed") {
    w.watch.proposed({tx(0)});
    CHECK_FALSE(w.watch.is_suspect());
  }
  SECTION("until it is gone") {
    w.watch.gone(tx(0));
    CHECK_FALSE(w.watch.is_suspect());
  }
  SECTION("until somebody else leads") {
    w.watch.on_view();
    CHECK_FALSE(w.watch.is_suspect());
  }
}

TEST_CASE("censorship: the next that waits is suspected by what passed it alone") {
  Watched w;
  w.watch.proposed({tx(1), tx(2), tx(10)});  // of these only tx(10) came after tx(3)
  w.watch.proposed({tx(0)});
  CHECK_FALSE(w.watch.is_suspect());
  for (const std::uint64_t i : {12, 13, 14}) {
    w.watch.proposed({tx(i)});
    CHECK_FALSE(w.watch.is_suspect());
  }
  w.watch.proposed({tx(16)});
  CHECK(w.watch.is_suspect());
}

// Overload must not look like censorship.
TEST_CASE("censorship: a batch in which its hospital has its share counts for nothing") {
  Watched w;
  w.watch.proposed({tx(4), tx(1), tx(2), tx(3)});  // tx(4) is of the same hospital as tx(0)
  w.watch.proposed({tx(8), tx(5), tx(6), tx(7)});
  w.watch.proposed({tx(12), tx(9), tx(10), tx(11)});
  CHECK_FALSE(w.watch.is_suspect());
}

TEST_CASE("censorship: what this node has not offered is not owed") {
  CensorWatch watch{4, 5};
  for (std::uint64_t i = 0; i < 20; ++i) watch.received(tx(i), hospital(i % 4));
  for (const std::uint64_t i : {1, 2, 3, 5, 6}) watch.proposed({tx(i)});
  CHECK_FALSE(watch.is_suspect());
  watch.offered(tx(0), hospital(0));
  for (const std::uint64_t i : {7, 9, 10, 11}) watch.proposed({tx(i)});
  CHECK_FALSE(watch.is_suspect());
  watch.proposed({tx(13)});
  CHECK(watch.is_suspect());
}

TEST_CASE("censorship: the next primary owes what it has been offered") {
  Watched w;
  w.watch.on_view();
  for (const std::uint64_t i : {1, 2, 3, 5, 6}) w.watch.proposed({tx(i)});
  CHECK_FALSE(w.watch.is_suspect());
  w.watch.offered(tx(0), hospital(0));
  for (const std::uint64_t i : {7, 9, 10, 11, 13}) w.watch.proposed({tx(i)});
  CHECK(w.watch.is_suspect());
}

// A batch with it was given up.
TEST_CASE("censorship: one that was proposed is owed again once it is offered again") {
  Watched w;
  w.watch.proposed({tx(0)});
  w.watch.on_view();
  w.watch.offered(tx(0), hospital(0));
  for (std::uint64_t i = 20; i < 25; ++i) {
    w.watch.received(tx(i), hospital(i % 3 + 1));
    w.watch.proposed({tx(i)});
  }
  CHECK(w.watch.is_suspect());
}

TEST_CASE("censorship: a share is as large as the epoch's validators make it") {
  Watched w;
  w.watch.on_epoch(2);
  w.watch.offered(tx(0), hospital(0));
  // One of four is of hospital 0, which has its quarter, but not its half.
  w.watch.proposed({tx(4), tx(1), tx(2), tx(3)});
  w.watch.proposed({tx(8), tx(5), tx(6), tx(7)});
  CHECK(w.watch.is_suspect());
}

TEST_CASE("censorship: what this node has not received counts for nothing") {
  Watched w;
  for (std::uint64_t i = 100; i < 120; ++i) w.watch.proposed({tx(i)});
  CHECK_FALSE(w.watch.is_suspect());
  w.watch.received(tx(5), hospital(1));  // known already
  CHECK(w.watch.waiting() == 20);
}

}  // namespace
}  // namespace generion::consensus
