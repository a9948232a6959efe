// Deletion deletes: after a record is deleted its bytes are in no file any more.
#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

#include "chain_fixture.h"
#include "ledger/ledger.h"
#include "temporary_directory.h"

namespace generion::ledger {
namespace {

namespace fs = std::filesystem;
using namespace test;

// Bytes that stand nowhere else; the first one says that the record is no capsule.
Bytes secret(std::uint32_t seed, std::size_t size) {
  std::mt19937 random(seed);
  Bytes out(size, '\0');
  for (char& c : out) c = static_cast<char>(random());
  out[0] = '{';
  return out;
}

// Files that hold a part of `bytes`: the first 32, some in the middle, the last 32.
std::vector<std::string> files_with(const fs::path& directory, const Bytes& bytes) {
  std::vector<std::string> out;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (!entry.is_regular_file()) continue;
    const Bytes content = content_of(entry.path());
    for (const std::size_t at : {std::size_t{0}, bytes.size() / 2 - 16, bytes.size() - 32}) {
      if (content.find(bytes.substr(at, 32)) == Bytes::npos) continue;
      out.push_back(entry.path().string());
      break;
    }
  }
  return out;
}

struct Fixture {
  TemporaryDirectory directory;
  fs::path path = directory.path() / "ledger";
  Genesis genesis = make_genesis();
  Maker make{genesis};
  std::unique_ptr<Ledger> ledger;

  Fixture() { reopen(); }
  void reopen() {
    ledger.reset();
    auto opened = Ledger::open(path, genesis);
    if (!opened) FAIL(opened.error().message);
    ledger = std::move(*opened);
  }
  std::shared_ptr<const ExecutedBlock> next(std::vector<TransactionPtr> txs,
                                            Until until = Until::stable) {
    const Batch batch = make.batch(ledger->tip()->height().next(), txs);
    return run(*ledger, make.put(batch, std::move(txs)), until);
  }
};

TEST_CASE("erasure: a deleted record's bytes leave every file, the others stay") {
  for (const std::size_t size : {std::size_t{200}, std::size_t{5'000}, std::size_t{300'000}}) {
    for (const bool is_restarted : {false, true}) {
      INFO(size << " bytes, restarted " << is_restarted);
      Fixture f;
      const Bytes kept = secret(1, size);
      const Bytes gone = secret(2, size);
      f.next({f.make.create_record("ann", kept), f.make.create_record("ann", gone)});
      f.next({f.make.create_record("ann", secret(3, size))});
      REQUIRE_FALSE(files_with(f.path, gone).empty());
      const auto deletion = f.next({f.make.delete_record("ann", RecordId(2))}, Until::applied);
      REQUIRE(deletion->receipts[0].code == Code::ok);
      // Not before it is stable.
      REQUIRE(*f.ledger->attachment({Height(1), 1, 0}) == gone);
      REQUIRE(f.ledger->pending_erasures() == 0);
      REQUIRE(f.ledger->persist({{}, {}, {{Height(3), certificate(deletion->header)}}}));
      REQUIRE(*f.ledger->attachment({Height(1), 1, 0}) == std::nullopt);
      REQUIRE(f.ledger->pending_erasures() == 1);
      if (is_restarted) f.reopen();
      REQUIRE(f.ledger->pending_erasures() == 1);
      REQUIRE(f.ledger->compact_erased());
      REQUIRE(f.ledger->pending_erasures() == 0);
      REQUIRE(files_with(f.path, gone) == std::vector<std::string>{});
      REQUIRE(*f.ledger->attachment({Height(1), 0, 0}) == kept);
      REQUIRE(f.ledger->bodies(Height(1))->transactions[1].attachments == std::vector<Bytes>{""});
      f.reopen();
      REQUIRE(f.ledger->pending_erasures() == 0);
      REQUIRE(files_with(f.path, gone) == std::vector<std::string>{});
      REQUIRE(*f.ledger->attachment({Height(1), 0, 0}) == kept);
    }
  }
}

TEST_CASE("erasure: what failed or was skipped leaves its bytes nowhere") {
  Fixture f;
  const Bytes once = secret(1, 3'000);
  const Bytes failed = secret(2, 3'000);
  const auto create = f.make.create_record("ann", once);
  CreateRecord operation = std::get<CreateRecord>(create->body.operations[0]);
  operation.data = {crypto::blake2b256({failed}), failed.size()};
  const auto failing = f.make.transaction("ann", {operation, DeleteRecord{RecordId(99)}}, {failed});
  const auto block = f.next({create, failing, create});
  REQUIRE(block->receipts[1].code == Code::record_not_found);
  REQUIRE(block->skipped[2]);
  REQUIRE(f.ledger->pending_erasures() == 2);
  REQUIRE(f.ledger->compact_erased());
  REQUIRE(files_with(f.path, failed).empty());
  // The copy of the skipped one is gone, the executed one's own bytes are not.
  REQUIRE(*f.ledger->attachment({Height(1), 2, 0}) == std::nullopt);
  REQUIRE(*f.ledger->attachment({Height(1), 0, 0}) == once);
}

TEST_CASE("erasure: a batch that did not become the block takes its attachments along") {
  Fixture f;
  const Bytes lost = secret(1, 3'000);
  const std::vector<TransactionPtr> txs = {f.make.create_record("ann", lost)};
  REQUIRE(f.ledger->persist({{f.make.put(f.make.batch(Height(1), txs), txs)}, {}, {}}));
  f.next({});
  REQUIRE(f.ledger->pending_erasures() == 1);
  REQUIRE(f.ledger->compact_erased());
  REQUIRE(files_with(f.path, lost).empty());
}

TEST_CASE("erasure: a record that is made and deleted in one block") {
  Fixture f;
  const Bytes data = secret(1, 3'000);
  f.next({f.make.create_record("ann", data), f.make.delete_record("ann", RecordId(1))});
  REQUIRE(*f.ledger->attachment({Height(1), 0, 0}) == std::nullopt);
  REQUIRE(f.ledger->compact_erased());
  REQUIRE(files_with(f.path, data).empty());
}

TEST_CASE("erasure: many among many, spread over files") {
  Fixture f;
  std::vector<Bytes> data;
  for (std::uint32_t i = 0; i < 200; ++i) data.push_back(secret(i, i % 3 == 0 ? 100 : 4'000));
  std::size_t made = 0;
  for (int block = 0; block < 10; ++block) {
    std::vector<TransactionPtr> txs;
    for (int i = 0; i < 20; ++i) txs.push_back(f.make.create_record("ann", data[made++]));
    f.next(txs);
    if (block % 3 == 0) f.reopen();
  }
  std::vector<TransactionPtr> deletions;
  for (std::uint64_t id = 7; id <= 200; id += 13) {
    deletions.push_back(f.make.delete_record("ann", RecordId(id)));
  }
  f.next(deletions);
  REQUIRE(f.ledger->pending_erasures() == deletions.size());
  REQUIRE(f.ledger->compact_erased());
  for (std::uint64_t id = 1; id <= 200; ++id) {
    const contract::AttachmentId at{Height((id - 1) / 20 + 1),
                                    static_cast<std::uint32_t>((id - 1) % 20), 0};
    if (id % 13 == 7) {
      REQUIRE(*f.ledger->attachment(at) == std::nullopt);
      REQUIRE(files_with(f.path, data[id - 1]).empty());
    } else {
      REQUIRE(*f.ledger->attachment(at) == data[id - 1]);
    }
  }
}

}  // namespace
}  // namespace generion::ledger
