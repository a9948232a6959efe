// The bytes of the journal's segments: a header that is written once, then frames, each at a
// multiple of 8 bytes. docs/protocol/storage.md has the layout. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/error.h"
#include "ledger/journal/journal.h"

namespace generion::ledger {

inline constexpr std::size_t kSegmentHeaderBytes = 128;
inline constexpr std::size_t kFrameHeaderBytes = 56;
inline constexpr std::uint32_t kJournalFormat = 1;

// Which journal a frame belongs to: random, so that no content can be made to look like a frame.
using JournalSalt = FixedBytes<16, struct JournalSaltTag>;

struct SegmentHeader {
  Hash chain;
  JournalSalt salt;
  std::uint32_t number = 0;  // of the segment, from 0; also in its file's name
  std::uint64_t segment_bytes = 0;
};

Bytes encode_segment_header(const SegmentHeader& header);  // kSegmentHeaderBytes
// Errors damaged and newer_format.
Result<SegmentHeader> decode_segment_header(ByteView bytes);

struct Frame {
  std::uint64_t generation = 0;   // how often segments were begun when this one was; ascending
  JournalSequence first;          // of its entries
  JournalSequence needed;         // entries below are trimmed
  std::vector<ByteView> entries;  // borrowed
  std::size_t size = 0;           // in the segment, with padding
};

// What an entry adds to a frame.
inline std::size_t framed_size(ByteView entry) {
  return 4 + entry.size();
}

Bytes encode_frame(const JournalSalt& salt, std::uint64_t generation, JournalSequence first,
                   JournalSequence needed, const std::vector<Bytes>& entries);

// The frame at the beginning of `bytes`; nullopt if there is none that is whole.
std::optional<Frame> decode_frame(const JournalSalt& salt, ByteView bytes);

}  // namespace generion::ledger
