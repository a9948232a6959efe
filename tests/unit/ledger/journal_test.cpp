#include "ledger/journal/journal.h"

#include <sys/resource.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <fstream>

#include "base/limits.h"
#include "journal_fixture.h"
#include "ledger/files.h"
#include "ledger/journal/frame.h"

namespace generion::ledger {
namespace {

namespace fs = std::filesystem;
using namespace test;
using Fixture = test::JournalFixture;

TEST_CASE("journal: what was synced is read back in order, what was not is gone") {
  Fixture fixture;
  {
    auto journal = fixture.must_open();
    append_and_sync(*journal, {"one", "", "three"});
    append_and_sync(*journal, {Bytes(1000, 'x')});
    REQUIRE(journal->counters().syncs == 2);
    REQUIRE(journal->counters().entries == 4);
    REQUIRE(*journal->append("never synced") == JournalSequence(5));
  }
  auto opened = fixture.open();
  REQUIRE(opened);
  REQUIRE(texts(opened->entries) == std::vector<Bytes>{"one", "", "three", Bytes(1000, 'x')});
  REQUIRE(opened->entries.front().sequence == JournalSequence(1));
  REQUIRE(opened->entries.back().sequence == JournalSequence(4));
  REQUIRE(*opened->journal->append("next") == JournalSequence(5));
}

TEST_CASE("journal: a sync without entries writes nothing") {
  Fixture fixture;
  auto journal = fixture.must_open();
  const auto before = fixture.files();
  REQUIRE(journal->sync());
  REQUIRE(journal->counters().syncs == 0);
  REQUIRE(fixture.files() == before);
}

TEST_CASE("journal: one that is missing is lost, never made by open") {
  TemporaryDirectory directory;
  auto opened = Journal::open(directory.path() / "journal", kChain);
  REQUIRE_FALSE(opened);
  REQUIRE(opened.error().code == Code::journal_lost);
  REQUIRE(fs::is_empty(directory.path()));
}

TEST_CASE("journal: create refuses an existing directory and odd sizes") {
  Fixture fixture;
  REQUIRE(Journal::create(fixture.dir(), kChain).error().code == Code::file_exists);
  const fs::path other = fixture.dir().parent_path() / "other";
  for (const std::uint64_t size : {std::uint64_t{4088}, std::uint64_t{4097},
                                   std::uint64_t{limits::kJournalSegmentBytesMax + 8}}) {
    REQUIRE(Journal::create(other, kChain, {.segment_bytes = size}).error().code ==
            Code::bad_argument);
  }
  REQUIRE_FALSE(fs::exists(other));
}

TEST_CASE("journal: an interrupted create is begun anew") {
  TemporaryDirectory directory;
  fs::create_directory(directory.path() / "journal.new");
  std::ofstream(directory.path() / "journal.new" / "000000.segment") << "half";
  REQUIRE(Journal::create(directory.path() / "journal", kChain, {.segment_bytes = kSegment}));
  REQUIRE(Journal::open(directory.path() / "journal", kChain));
}

TEST_CASE("journal: refuses another chain, a newer format, a second opener") {
  Fixture fixture;
  const auto before = fixture.files();
  REQUIRE(Journal::open(fixture.dir(), crypto::blake2b256({"other"})).error().code ==
          Code::foreign_database);
  REQUIRE(fixture.files() == before);
  auto journal = fixture.must_open();
  REQUIRE(fixture.open().error().code == Code::locked);
  journal.reset();

  SegmentHeader header = *decode_segment_header(
      ByteView(before.at(fixture.segment(0))).substr(0, kSegmentHeaderBytes));
  Bytes bytes = encode_segment_header(header);
  bytes[11] = 2;  // the format's last byte
  const Hash sum = crypto::blake2b256(
      {"generion/journal-segment/1", ByteView(bytes).substr(0, kSegmentHeaderBytes - 16)});
  bytes.replace(kSegmentHeaderBytes - 16, 16, sum.view().substr(0, 16));
  auto newer = before;
  newer[fixture.segment(0)].replace(0, bytes.size(), bytes);
  fixture.restore(newer);
  REQUIRE(fixture.open().error().code == Code::newer_format);
  REQUIRE(fixture.files() == newer);
}

TEST_CASE("journal: entries above the bound are refused, the next ones are not") {
  Fixture fixture;
  auto journal = fixture.must_open();
  REQUIRE(journal->append(Bytes(kSegment / 4 + 1, 'x')).error().code == Code::too_large);
  append_and_sync(*journal, {Bytes(kSegment / 4, 'x')});
  journal.reset();
  REQUIRE(fixture.open()->entries.size() == 1);
}

TEST_CASE("journal: segments are used again once trimmed") {
  Fixture fixture;
  auto journal = fixture.must_open();
  std::uint64_t last = 0;
  for (int i = 0; i < 500; ++i) {
    last = journal->append(std::to_string(i) + Bytes(300, 'x'))->value();
    REQUIRE(journal->sync());
    if (last > 5) journal->trim(JournalSequence(last - 5));
    REQUIRE(journal->counters().segments <= 3);
  }
  journal.reset();
  auto opened = fixture.open();
  REQUIRE(opened);
  // The last trim was never synced: the one before it holds.
  REQUIRE(opened->entries.size() == 7);
  REQUIRE(opened->entries.back().bytes.substr(0, 4) == "499x");
  REQUIRE(opened->entries.back().sequence == JournalSequence(last));
}

TEST_CASE("journal: untrimmed segments are never written over, and the count is bounded") {
  Fixture fixture;
  auto journal = fixture.must_open();
  std::size_t good = 0;
  Result<void> done;
  while (done) {
    REQUIRE(journal->append(Bytes(1000, static_cast<char>('a' + good % 26))));
    done = journal->sync();
    if (done) ++good;
    REQUIRE(good < 1000);
  }
  REQUIRE(done.error().code == Code::too_many);
  REQUIRE(journal->sync().error().code == Code::too_many);
  REQUIRE(journal->append("x").error().code == Code::too_many);
  REQUIRE(journal->counters().segments == limits::kJournalSegmentsMax);
  journal.reset();
  auto opened = fixture.open();
  REQUIRE(opened);
  REQUIRE(opened->entries.size() == good);
  for (std::size_t i = 0; i < good; ++i) {
    REQUIRE(opened->entries[i].bytes == Bytes(1000, static_cast<char>('a' + i % 26)));
  }
}

TEST_CASE("journal: trimming everything, also what waits, keeps the sequence") {
  Fixture fixture;
  {
    auto journal = fixture.must_open();
    append_and_sync(*journal, {"a", "b"});
    REQUIRE(journal->append("c"));
    journal->trim(JournalSequence(4));
    REQUIRE(journal->sync());
  }
  auto opened = fixture.open();
  REQUIRE(opened->entries.empty());
  REQUIRE(*opened->journal->append("d") == JournalSequence(4));
  REQUIRE(opened->journal->sync());
  opened->journal.reset();
  REQUIRE(texts(fixture.open()->entries) == std::vector<Bytes>{"d"});
}

TEST_CASE("journal: a group larger than a frame is cut, each part durable by itself") {
  Fixture fixture;
  {
    auto journal = fixture.must_open();
    for (int i = 0; i < 20; ++i) REQUIRE(journal->append(Bytes(900, static_cast<char>('a' + i))));
    REQUIRE(journal->sync());
    REQUIRE(journal->counters().syncs > 5);
  }
  REQUIRE(fixture.open()->entries.size() == 20);
}

TEST_CASE("journal: a missing segment file is damage") {
  Fixture fixture;
  fs::remove(fixture.segment(0));
  REQUIRE(fixture.open().error().code == Code::damaged);
}

TEST_CASE("journal: a segment of another journal is damage") {
  Fixture fixture;
  Fixture other;
  fs::copy_file(other.segment(1), fixture.segment(1), fs::copy_options::overwrite_existing);
  REQUIRE(fixture.open().error().code == Code::damaged);
}

TEST_CASE("journal: a disk that is full is said clearly") {
  Fixture fixture;
  auto journal = fixture.must_open();
  // A file size limit stands for the disk: a write above it fails, without the signal.
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit old{};
  ::getrlimit(RLIMIT_FSIZE, &old);
  rlimit small = old;
  small.rlim_cur = 1024;
  ::setrlimit(RLIMIT_FSIZE, &small);
  REQUIRE(journal->append(Bytes(1000, 'x')));
  REQUIRE(journal->append(Bytes(1000, 'x')));
  const auto done = journal->sync();
  const auto again = journal->sync();
  ::setrlimit(RLIMIT_FSIZE, &old);
  REQUIRE(done.error().code == Code::io_error);
  REQUIRE(done.error().message.find("cannot write") != std::string::npos);
  REQUIRE(again.error() == done.error());
  journal.reset();
  REQUIRE(fixture.open()->entries.empty());
}

TEST_CASE("files: a full device is disk_full") {
  auto full = File::open("/dev/full", File::Mode::read_write);
  if (!full) return;  // not every sandbox has it
  REQUIRE(full->write_at(0, "x").error().code == Code::disk_full);
}

}  // namespace
}  // namespace generion::ledger
