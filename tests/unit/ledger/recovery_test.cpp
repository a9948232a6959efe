#include "ledger/journal/recovery.h"

#include <catch2/catch.hpp>
#include <map>
#include <random>

#include "journal_fixture.h"
#include "ledger/journal/frame.h"

namespace generion::ledger {
namespace {

using namespace test;
using Fixture = test::JournalFixture;

// Three groups in one segment. The frames' ends: what a cut at a place must give.
struct ThreeGroups {
  Fixture fixture;
  std::vector<std::uint64_t> ends;  // of the frames, in segment 0
  std::vector<std::vector<Bytes>> after{{}, {"a"}, {"a", "b", "c"}, {"a", "b", "c", "dd", "e"}};

  ThreeGroups() {
    auto journal = fixture.must_open();
    std::uint64_t end = kSegmentHeaderBytes;
    for (const auto& group : {std::vector<Bytes>{"a"}, {"b", "c"}, {"dd", "e"}}) {
      const std::uint64_t before = journal->counters().bytes;
      append_and_sync(*journal, group);
      end += journal->counters().bytes - before;
      ends.push_back(end);
    }
  }
};

TEST_CASE("journal: a tail torn at any byte is cut to whole groups and written on") {
  ThreeGroups groups;
  const auto good = groups.fixture.files();
  for (std::uint64_t cut = kSegmentHeaderBytes; cut <= groups.ends.back(); ++cut) {
    auto torn = good;
    Bytes& bytes = torn[groups.fixture.segment(0)];
    bytes.replace(cut, bytes.size() - cut, bytes.size() - cut, '\0');
    groups.fixture.restore(torn);
    auto opened = groups.fixture.open();
    REQUIRE(opened);
    // Padding is zero anyway: a cut inside it loses nothing.
    std::size_t whole = 0;
    while (whole < 3 && bytes.substr(0, groups.ends[whole]) ==
                            good.at(groups.fixture.segment(0)).substr(0, groups.ends[whole])) {
      ++whole;
    }
    REQUIRE(texts(opened->entries) == groups.after[whole]);
    append_and_sync(*opened->journal, {"new"});
    opened->journal.reset();
    auto expected = groups.after[whole];
    expected.push_back("new");
    REQUIRE(texts(groups.fixture.open()->entries) == expected);
  }
}

TEST_CASE("journal: a file that is cut short is damage, and stays as it is") {
  ThreeGroups groups;
  const auto good = groups.fixture.files();
  for (std::uint64_t size = 0; size < kSegment; size += size < groups.ends.back() ? 1 : 97) {
    auto shorter = good;
    shorter[groups.fixture.segment(0)].resize(size);
    groups.fixture.restore(shorter);
    auto opened = groups.fixture.open();
    REQUIRE_FALSE(opened);
    REQUIRE(opened.error().code == Code::damaged);
    REQUIRE(groups.fixture.files() == shorter);
  }
}

TEST_CASE(
    "journal: any flipped byte is damage, or cuts the last group, or touches nothing needed") {
  ThreeGroups groups;
  const auto good = groups.fixture.files();
  std::size_t damaged = 0;
  for (std::uint64_t place = 0; place < groups.ends.back() + 16; ++place) {
    for (const char mask : {'\x01', '\xff'}) {
      auto flipped = good;
      Bytes& bytes = flipped[groups.fixture.segment(0)];
      bytes[place] = static_cast<char>(bytes[place] ^ mask);
      groups.fixture.restore(flipped);
      auto opened = groups.fixture.open();
      INFO("byte " << place);
      if (!opened) {
        ++damaged;
        REQUIRE(opened.error().code == Code::damaged);
        REQUIRE(opened.error().message.find("000000.segment, offset") != std::string::npos);
        REQUIRE(groups.fixture.files() == flipped);
        REQUIRE(place < groups.ends[1]);
        continue;
      }
      const auto entries = texts(opened->entries);
      if (entries == groups.after[3]) continue;  // padding
      REQUIRE(entries == groups.after[2]);
      REQUIRE(place >= groups.ends[1]);
    }
  }
  REQUIRE(damaged > 2 * kSegmentHeaderBytes);
}

TEST_CASE("journal: damage names the place of the first unreadable frame") {
  ThreeGroups groups;
  auto files = groups.fixture.files();
  files[groups.fixture.segment(0)][groups.ends[0] + 20] ^= 1;
  groups.fixture.restore(files);
  auto opened = groups.fixture.open();
  REQUIRE_FALSE(opened);
  REQUIRE(opened.error().message.find("offset " + std::to_string(groups.ends[0]) +
                                      ": entries 2 to 3 cannot be read") != std::string::npos);
}

TEST_CASE("journal: an entry that looks like a frame is none") {
  Fixture fixture;
  {
    auto journal = fixture.must_open();
    append_and_sync(*journal, {"a"});
  }
  // A frame with a later sequence, sealed under a salt that a stranger could guess, inside an
  // entry.
  const Bytes forged =
      encode_frame(JournalSalt{}, 9, JournalSequence(50), JournalSequence(50), {"forged"});
  {
    auto journal = fixture.must_open();
    append_and_sync(*journal, {"1234" + forged, "b"});
  }
  auto files = fixture.files();
  const std::size_t at = files[fixture.segment(0)].find("1234");
  REQUIRE(at != Bytes::npos);
  files[fixture.segment(0)][at] ^= 1;  // makes the search look inside
  fixture.restore(files);
  REQUIRE(texts(fixture.open()->entries) == std::vector<Bytes>{"a"});
}

// A disk that keeps, of what was written since the last sync, any 512-byte sectors it likes.
TEST_CASE("journal: a power cut loses nothing that was synced, whatever else reaches the disk") {
  for (std::uint32_t seed = 1; seed <= 150; ++seed) {
    INFO("seed " << seed);
    std::mt19937 random(seed);
    Fixture fixture;
    std::vector<Bytes> synced;  // from sequence 1 on
    std::uint64_t needed = 1;
    for (int run = 0; run < 4; ++run) {
      auto opened = fixture.open();
      if (!opened) FAIL(opened.error().message);
      Journal& journal = *opened->journal;
      const auto read = texts(opened->entries);
      REQUIRE(read.size() <= synced.size());
      const std::vector<Bytes> tail(synced.end() - static_cast<std::ptrdiff_t>(read.size()),
                                    synced.end());
      REQUIRE(read == tail);
      REQUIRE(synced.size() - read.size() + 1 <= needed);
      const auto group = [&] {
        std::vector<Bytes> out;
        for (std::uint32_t i = 0; i <= random() % 3; ++i) {
          out.push_back(Bytes(random() % 900, static_cast<char>('a' + random() % 26)));
        }
        return out;
      };
      for (std::uint32_t i = 0; i < random() % 25; ++i) {
        const auto entries = group();
        append_and_sync(journal, entries);
        synced.insert(synced.end(), entries.begin(), entries.end());
        if (random() % 2 == 0) {
          needed = std::max<std::uint64_t>(
              needed, synced.size() - random() % std::min<std::size_t>(synced.size(), 4));
          journal.trim(JournalSequence(needed));
        }
      }
      const auto before = fixture.files();
      const auto lost = group();
      append_and_sync(journal, lost);
      auto after = fixture.files();
      opened->journal.reset();
      bool all = true;
      for (auto& [path, bytes] : after) {
        if (!before.contains(path)) continue;  // a new segment is renamed into place when complete
        const Bytes& old = before.at(path);
        for (std::size_t at = 0; at + 512 <= bytes.size(); at += 512) {
          if (bytes.compare(at, 512, old, at, 512) == 0 || random() % 2 == 0) continue;
          bytes.replace(at, 512, old, at, 512);
          all = false;
        }
      }
      fixture.restore(after);
      if (all) synced.insert(synced.end(), lost.begin(), lost.end());
    }
  }
}

}  // namespace
}  // namespace generion::ledger
