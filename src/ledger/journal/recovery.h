// What can be read back from a journal's segments, and whether anything that was durable is
// missing. Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "base/error.h"
#include "ledger/journal/frame.h"

namespace generion::ledger {

struct Recovered {
  std::vector<JournalEntry> entries;  // ascending, those that are needed
  JournalSequence next{1};            // to be given to the next entry
  JournalSequence needed{1};
  std::uint64_t generation = 0;  // the highest there is
  // Where the next frame may be written: behind the newest one. Nothing: no frame is there at all.
  struct Place {
    std::size_t segment = 0;
    std::uint64_t offset = 0;
  };
  std::optional<Place> end;
  // Of each segment, the sequence behind its last entry; 0: it has none.
  std::vector<JournalSequence> behind;
};

// `segments`: the whole content of each, in the order of their numbers. Error damaged: the message
// says segment and offset of what cannot be read.
Result<Recovered> recover_journal(const JournalSalt& salt, const std::vector<Bytes>& segments);

// The file name of a segment.
std::string segment_name(std::size_t number);

}  // namespace generion::ledger
