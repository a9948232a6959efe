#include "ledger/snapshot_loader.h"

#include "snapshot_chain.h"

namespace generion::ledger {
namespace {

namespace fs = std::filesystem;
using test::content_of;
using test::SnapshotChain;

// Loads whatever a loader lacks, step by step; `between` is called after each write.
struct Source {
  explicit Source(SnapshotChain& from)
      : chain(from), snapshots(from.take()), header(from.last->header) {}

  Bytes part(std::uint64_t number) const {
    return snapshots->part(block_hash(header), number, 1).value();
  }
  WindowBlock block(Height height) const {
    auto held = chain.ledger->block(height);
    REQUIRE(held);
    return {held->header, held->batch};
  }

  template <class Between>
  void load(SnapshotLoader& loader, Between between) const {
    const auto missing = loader.missing();
    for (auto number = missing.rbegin(); number != missing.rend(); ++number) {
      REQUIRE(loader.add(*number, part(*number)));
      between();
    }
    REQUIRE(loader.index());
    between();
    while (const auto wanted = loader.window()) {
      REQUIRE(loader.add_window({block(wanted->height)}));
      if (wanted->height.value() % 16 == 0) between();
    }
    REQUIRE(loader.complete(chain.ends()));
    between();
  }

  SnapshotChain& chain;
  std::unique_ptr<Snapshots> snapshots;
  BlockHeader header;
};

std::unique_ptr<SnapshotLoader> open(const fs::path& data, const Source& source) {
  auto loader = SnapshotLoader::open(data, source.chain.genesis, source.header);
  if (!loader) FAIL(loader.error().message);
  return std::move(*loader);
}

// Both execute the same from here on, and say the same.
void check_goes_on(SnapshotChain& chain, Ledger& joined, const test::TransactionPtr& repeated) {
  const auto both = [&](const std::vector<test::TransactionPtr>& transactions) {
    const auto block = chain.add(transactions);
    const PutBatch put = chain.maker.put(block->batch, transactions);
    return std::pair(block, test::run(joined, put));
  };
  for (const auto& transactions :
       {std::vector{repeated, chain.maker.create_record("new", "data")},
        std::vector{chain.maker.delete_record("user 2", RecordId(3)), repeated},
        std::vector<test::TransactionPtr>{}}) {
    const auto [here, there] = both(transactions);
    CHECK(here->header == there->header);
    CHECK(here->skipped == there->skipped);
  }
}

TEST_CASE("snapshot loader: what it loads is a ledger that goes on like all others") {
  SnapshotChain chain(10);
  const auto early = chain.maker.set_key("user 1");  // valid for the whole test
  chain.add({early});
  chain.end_epoch();
  chain.end_epoch();
  const Source source(chain);
  test::TemporaryDirectory directory;
  auto loader = open(directory.path(), source);
  for (const std::uint64_t part : std::set(loader->missing())) {
    REQUIRE(loader->add(part, source.part(part)));
  }
  REQUIRE(loader->index());
  CHECK(loader->epoch_ends().size() == 3);
  source.load(*loader, [] {});
  loader.reset();
  auto joined = Ledger::open(directory.path(), chain.genesis, {});
  if (!joined) FAIL(joined.error().message);
  CHECK((*joined)->set_changes(Epoch(3)) == chain.ledger->set_changes(Epoch(3)));
  for (const EpochEnd& end : chain.ends()) {
    CHECK((*joined)->header(end.header.height) == end.header);
    CHECK((*joined)->certificate(end.header.height) == end.certificate);
  }
  // Its first appearance stands in a block that this ledger never had.
  check_goes_on(chain, **joined, early);
  CHECK((*joined)->find(early->id) == chain.ledger->find(early->id));
}

TEST_CASE("snapshot loader: the last blocks of the epochs have to be those of the state") {
  SnapshotChain chain(10);
  chain.end_epoch();
  const Source source(chain);
  test::TemporaryDirectory directory;
  auto loader = open(directory.path(), source);
  for (const std::uint64_t part : std::set(loader->missing())) {
    REQUIRE(loader->add(part, source.part(part)));
  }
  REQUIRE(loader->index());
  while (const auto wanted = loader->window()) {
    REQUIRE(loader->add_window({source.block(wanted->height)}));
  }
  const auto ends = chain.ends();
  const Height early(ends[0].header.height.value() - 1);
  const EpochEnd wrong{*chain.ledger->header(early), *chain.ledger->certificate(early),
                       ends[0].next};
  CHECK(loader->complete({}).error().code == Code::bad_proof);
  CHECK(loader->complete({ends[0]}).error().code == Code::bad_proof);
  CHECK(loader->complete({wrong, ends[1]}).error().code == Code::bad_proof);
  CHECK(loader->complete(ends));
}

TEST_CASE("snapshot loader: parts in any order, a bad one changes nothing") {
  SnapshotChain chain(4'200);
  const Source source(chain);
  test::TemporaryDirectory directory;
  auto loader = open(directory.path(), source);
  REQUIRE(loader->parts() == 4);
  Bytes corrupt = source.part(2);
  corrupt.back() = static_cast<char>(corrupt.back() ^ 1);
  CHECK(loader->add(2, corrupt).error().code == Code::bad_proof);
  CHECK(loader->add(1, source.part(2)).error().code == Code::bad_proof);
  CHECK(loader->add(0, source.part(2)).error().code == Code::malformed);
  CHECK(loader->add(3, ByteView(source.part(3)).substr(0, 100)).error().code == Code::malformed);
  CHECK(loader->missing().size() == 4);
  REQUIRE(loader->add(2, source.part(2)));
  REQUIRE(loader->add(2, corrupt));  // it is here: not even looked at
  CHECK(loader->missing() == std::set<std::uint64_t>{0, 1, 3});
  CHECK_FALSE(fs::exists(directory.path() / "state"));
  source.load(*loader, [] {});
  loader.reset();
  CHECK_FALSE(fs::exists(directory.path() / "state"));
  auto joined = Ledger::open(directory.path(), chain.genesis, {});
  if (!joined) FAIL(joined.error().message);
  CHECK((*joined)->tip()->header() == source.header);
  CHECK((*joined)->stable() == source.header.height);
  CHECK((*joined)->stored() == source.header.height);
  CHECK((*joined)->base() == source.header.height);
  CHECK((*joined)->sealed() != nullptr);
  CHECK((*joined)->header(source.header.height) == source.header);
  CHECK((*joined)->header(Height(1)).error().code == Code::height_gone);
  CHECK((*joined)->block(source.header.height).error().code == Code::height_gone);
  CHECK(content_of(directory.path() / "chain" / "identity").find("format 2") != Bytes::npos);
  check_goes_on(chain, **joined, chain.maker.set_key("user 1"));
  joined->reset();
  auto again = Ledger::open(directory.path(), chain.genesis, {});
  if (!again) FAIL(again.error().message);
  CHECK((*again)->tip()->header() == chain.last->header);
}

TEST_CASE("snapshot loader: whatever moment a crash comes, it goes on from there") {
  SnapshotChain chain(4'200);
  const Source source(chain);
  test::TemporaryDirectory directory;
  const fs::path live = directory.path() / "live";
  REQUIRE(create_private_directory(live));
  // What a kill leaves is what the files hold: the store has no log, and nothing is written after.
  std::vector<fs::path> crashes;
  auto loader = open(live, source);
  source.load(*loader, [&] {
    crashes.push_back(directory.path() / fmt::format("crash {}", crashes.size()));
    fs::copy(live, crashes.back(), fs::copy_options::recursive);
  });
  loader.reset();
  REQUIRE(crashes.size() > 8);
  for (const fs::path& crash : crashes) {
    fs::permissions(crash, fs::perms::owner_all);
    if (!fs::exists(crash / "joining" / "complete")) {
      fs::remove(crash / "joining" / "state" / "LOCK");
      CHECK(SnapshotLoader::under_way(crash, chain.ledger->chain()).value() == source.header);
      source.load(*open(crash, source), [] {});
    }
    auto joined = Ledger::open(crash, chain.genesis, {});
    if (!joined) FAIL(joined.error().message);
    CHECK((*joined)->tip()->header() == source.header);
    CHECK_FALSE(fs::exists(crash / "joining"));
  }
}

TEST_CASE("snapshot loader: a crash while the result is put in place") {
  SnapshotChain chain(10);
  const Source source(chain);
  for (const bool state_too : {false, true}) {
    test::TemporaryDirectory directory;
    const fs::path& data = directory.path();
    // It takes the place of a ledger at genesis.
    REQUIRE(Ledger::open(data, chain.genesis, {}));
    source.load(*open(data, source), [] {});
    fs::remove_all(data / "chain");
    fs::rename(data / "joining" / "chain", data / "chain");
    if (state_too) {
      fs::remove_all(data / "state");
      fs::rename(data / "joining" / "state", data / "state");
    }
    auto joined = Ledger::open(data, chain.genesis, {});
    if (!joined) FAIL(joined.error().message);
    CHECK((*joined)->tip()->header() == source.header);
  }
}

TEST_CASE("snapshot loader: blocks of the window have to follow each other") {
  SnapshotChain chain(10);
  const Source source(chain);
  test::TemporaryDirectory directory;
  auto loader = open(directory.path(), source);
  for (const std::uint64_t part : std::set(loader->missing())) {
    REQUIRE(loader->add(part, source.part(part)));
  }
  CHECK_FALSE(loader->window());
  REQUIRE(loader->index());
  REQUIRE(loader->window());
  CHECK(loader->window()->height == source.header.height);
  const Height below(source.header.height.value() - 1);
  CHECK(loader->add_window({source.block(below)}).error().code == Code::bad_proof);
  WindowBlock forged = source.block(source.header.height);
  forged.batch.ids.emplace_back();
  CHECK(loader->add_window({forged}).error().code == Code::bad_proof);
  CHECK(loader->add_window({source.block(source.header.height), forged}).error().code ==
        Code::bad_proof);
  CHECK(loader->window()->height == source.header.height);
  REQUIRE(loader->add_window({source.block(source.header.height), source.block(below)}));
  CHECK(loader->window()->height == Height(below.value() - 1));
}

}  // namespace
}  // namespace generion::ledger
