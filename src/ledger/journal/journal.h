// The journal: what this replica has promised (votes, view changes, prepared certificates), on disk
// before the promise leaves. docs/protocol/storage.md describes the bytes.
//
//   auto opened = Journal::open(directory, chain);   // with the entries that were durable
//   journal.append(entry);                           // memory only
//   journal.append(another);
//   journal.sync();                                  // one write, one fdatasync
//   journal.trim(first_needed);                      // older ones may go, with the next sync
//
// Entries appended between two syncs are one frame: after a crash all of them are there or none is.
// So a frame that cannot be read is a torn tail if nothing follows it, and damage if something
// does, since the next frame is written only after the sync of the one before has returned.
//
// Owned and called by one thread, the journal thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "base/error.h"
#include "base/strong_id.h"
#include "types/ids.h"

namespace generion::ledger {

// Number of an entry, from 1, never used twice.
using JournalSequence = StrongId<struct JournalSequenceTag>;

struct JournalOptions {
  // Size of a segment file that `create` makes, from limits::kJournalSegmentBytesMin; `open` reads
  // it from the files.
  std::uint64_t segment_bytes = 16 * 1024 * 1024;
};

struct JournalCounters {
  std::uint64_t entries = 0;
  std::uint64_t bytes = 0;  // written, frames with their padding
  std::uint64_t syncs = 0;
  std::uint64_t segments = 0;  // files now
};

struct JournalEntry {
  JournalSequence sequence;
  Bytes bytes;
};

class Journal {
 public:
  struct Opened;

  // Makes an empty journal in `directory`, which must not exist; its parent must. Called once,
  // together with the making of the node's key, never by a start: a key without its journal is a
  // lost journal. Errors: file_exists, io_error, disk_full, bad_argument.
  static Result<void> create(const std::filesystem::path& directory, const Hash& chain,
                             const JournalOptions& options = {});

  // Opens and reads back every entry that was not trimmed. Errors, and then no file but the lock's
  // has been changed: journal_lost (there is none), damaged (message: segment and offset),
  // foreign_database (of another chain), newer_format, locked (another process has it), io_error.
  static Result<Opened> open(const std::filesystem::path& directory, const Hash& chain);

  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  // Takes an entry into memory; it is durable when the next sync has returned. Empty entries are
  // allowed. Error too_large above limits::kJournalEntryBytesMax and above a quarter of the
  // segment.
  Result<JournalSequence> append(ByteView entry);

  // Makes all appended entries durable. After an error nothing appended since the last good sync
  // counts as durable, and every further call fails with the same error: the process must stop and
  // open again. Errors: disk_full, io_error, too_many (limits::kJournalSegmentsMax segments, none
  // of them trimmed).
  Result<void> sync();

  // Entries below `first_needed` are not wanted any more. In force with the next sync that writes;
  // segments that hold only such entries are used again. Going backwards has no effect; at most the
  // next sequence to be given.
  void trim(JournalSequence first_needed);

  JournalCounters counters() const;

 private:
  class Impl;
  explicit Journal(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

struct Journal::Opened {
  std::unique_ptr<Journal> journal;
  std::vector<JournalEntry> entries;  // ascending, without a gap
};

}  // namespace generion::ledger
