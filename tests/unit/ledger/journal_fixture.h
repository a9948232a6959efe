// A journal in a directory of its own, for the tests of what it survives.
#pragma once

#include <catch2/catch.hpp>
#include <fstream>
#include <map>

#include "ledger/journal/journal.h"
#include "ledger/journal/recovery.h"
#include "temporary_directory.h"

namespace generion::ledger::test {

namespace fs = std::filesystem;
inline const Hash kChain = crypto::blake2b256({"a chain"});
inline constexpr std::uint64_t kSegment = 4096;

inline std::vector<Bytes> texts(const std::vector<JournalEntry>& entries) {
  std::vector<Bytes> out;
  for (const JournalEntry& entry : entries) out.push_back(entry.bytes);
  return out;
}

// A journal directory with a few synced groups: {"a0"}, {"b0", "b1"}, ..., written by `write`.
class JournalFixture {
 public:
  JournalFixture() : dir_(temporary_.path() / "journal") {
    REQUIRE(Journal::create(dir_, kChain, {.segment_bytes = kSegment}));
  }

  Result<Journal::Opened> open() const { return Journal::open(dir_, kChain); }

  std::unique_ptr<Journal> must_open() const {
    auto opened = open();
    if (!opened) FAIL(opened.error().message);
    return std::move(opened->journal);
  }

  // All files, as one writes them back later.
  std::map<fs::path, Bytes> files() const {
    std::map<fs::path, Bytes> out;
    for (const auto& entry : fs::directory_iterator(dir_)) {
      out[entry.path()] = content_of(entry.path());
    }
    return out;
  }

  void restore(const std::map<fs::path, Bytes>& files) const {
    for (const auto& [path, content] : files) {
      std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
    }
  }

  fs::path segment(std::size_t number) const { return dir_ / segment_name(number); }
  const fs::path& dir() const { return dir_; }

 private:
  TemporaryDirectory temporary_;
  fs::path dir_;
};

inline void append_and_sync(Journal& journal, const std::vector<Bytes>& entries) {
  for (const Bytes& entry : entries) REQUIRE(journal.append(entry));
  REQUIRE(journal.sync());
}

}  // namespace generion::ledger::test
