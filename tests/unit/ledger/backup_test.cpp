#include "ledger/backup.h"

#include "snapshot_chain.h"

namespace generion::ledger {
namespace {

namespace fs = std::filesystem;
using test::content_of;
using test::SnapshotChain;

TEST_CASE("backup: a ledger on the result goes on like the one that was copied") {
  SnapshotChain chain(5);
  test::TemporaryDirectory directory;
  const fs::path backup = directory.path() / "backup";
  const auto made = make_backup(*chain.ledger, backup);
  if (!made) FAIL(made.error().message);
  CHECK(made->height == chain.ledger->stored());
  CHECK(made->block == chain.last->hash);
  CHECK(made->first_block == Height(1));
  CHECK(made->attachments == 5);
  CHECK(read_backup(backup) == *made);
  CHECK(content_of(backup / "attachments").starts_with("1 0 0 4\n1 1 0 4\n"));

  // What is erased after the backup is erased in what is restored once it has come so far.
  const auto deletion = chain.maker.delete_record("user 1", RecordId(2));
  const auto block = chain.add({deletion});
  CHECK_FALSE(chain.ledger->attachment({Height(1), 1, 0}).value());
  const fs::path data = directory.path() / "data";
  REQUIRE(create_private_directory(data));
  const auto restored = restore_backup(backup, data, chain.ledger->chain());
  if (!restored) FAIL(restored.error().message);
  CHECK(*restored == *made);
  auto ledger = Ledger::open(data, chain.genesis, {});
  if (!ledger) FAIL(ledger.error().message);
  CHECK((*ledger)->tip()->height() == made->height);
  CHECK((*ledger)->attachment({Height(1), 1, 0}).value() == "data");
  CHECK(test::run(**ledger, chain.maker.put(block->batch, {deletion}))->header == block->header);
  CHECK_FALSE((*ledger)->attachment({Height(1), 1, 0}).value());
  CHECK((*ledger)->attachment({Height(1), 2, 0}).value() == "data");
  CHECK((*ledger)->pending_erasures() == 1);
}

TEST_CASE("backup: what stands in the way is named, and nothing is changed") {
  SnapshotChain chain(2);
  test::TemporaryDirectory directory;
  const fs::path backup = directory.path() / "backup";
  REQUIRE(make_backup(*chain.ledger, backup));
  CHECK(make_backup(*chain.ledger, backup).error().code == Code::file_exists);
  const fs::path data = directory.path() / "data";
  REQUIRE(create_private_directory(data));
  CHECK(restore_backup(backup / "chain", data, chain.ledger->chain()).error().code ==
        Code::file_missing);
  CHECK(restore_backup(backup, data, Hash()).error().code == Code::wrong_chain);
  CHECK(fs::is_empty(data));
  REQUIRE(restore_backup(backup, data, chain.ledger->chain()));
  CHECK(restore_backup(backup, data, chain.ledger->chain()).error().code == Code::file_exists);

  const Bytes text = content_of(backup / "backup");
  const auto rewrite = [&](const Bytes& changed) {
    REQUIRE(write_file_atomic(backup / "backup", changed, kPrivateFileMode));
  };
  rewrite("generion backup\nformat 2\n");
  CHECK(read_backup(backup).error().code == Code::newer_format);
  rewrite(text + "x");
  CHECK(read_backup(backup).error().code == Code::damaged);
  rewrite(text.substr(0, 60));
  CHECK(read_backup(backup).error().code == Code::damaged);
}

TEST_CASE("prune: blocks go, the epochs' ends and living attachments stay") {
  SnapshotChain chain(3);
  chain.end_epoch();
  const auto ends = chain.ends();
  const auto early = chain.maker.set_key("user 1");
  chain.add({early});
  Ledger& ledger = *chain.ledger;
  const Height base(ends[1].header.height.value() - 5);
  REQUIRE(ledger.prune(base));
  REQUIRE(ledger.prune(Height(3)));  // it never comes back
  CHECK(ledger.base() == base);
  CHECK(ledger.block(base).error().code == Code::height_gone);
  CHECK_THAT(ledger.block(Height(1)).error().message,
             Catch::Contains("begin at " + std::to_string(base.value() + 1)));
  CHECK(ledger.certificate(Height(1)).error().code == Code::height_gone);
  CHECK(ledger.bodies(Height(1)).error().code == Code::height_gone);
  CHECK(ledger.block(base.next()));
  CHECK(ledger.header(ends[0].header.height) == ends[0].header);
  CHECK(ledger.certificate(ends[0].header.height) == ends[0].certificate);
  CHECK(ledger.attachment({Height(1), 1, 0}).value() == "data");

  // After a start it is as before, goes on, and deletions of what a gone block brought erase it.
  chain.ledger.reset();
  auto opened = Ledger::open(chain.directory.path() / "chain", chain.genesis, {});
  if (!opened) FAIL(opened.error().message);
  chain.ledger = std::move(*opened);
  CHECK(chain.ledger->base() == base);
  CHECK(chain.add({early})->skipped[0]);
  chain.add({chain.maker.delete_record("user 1", RecordId(2))});
  CHECK_FALSE(chain.ledger->attachment({Height(1), 1, 0}).value());
  CHECK(chain.ledger->attachment({Height(1), 2, 0}).value() == "data");
  CHECK(content_of(chain.directory.path() / "chain" / "chain" / "identity").find("format 2") !=
        Bytes::npos);
}

}  // namespace
}  // namespace generion::ledger
