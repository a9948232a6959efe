#include "ledger/journal/recovery.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace generion::ledger {
namespace {

struct Found {
  Frame frame;
  std::size_t segment = 0;
  std::uint64_t offset = 0;

  std::uint64_t behind() const { return frame.first.value() + frame.entries.size(); }
};

// Every whole frame of a segment, old ones of earlier uses included. After something unreadable the
// search goes on at every place where a frame could begin.
void find_frames(const JournalSalt& salt, ByteView bytes, std::size_t segment,
                 std::vector<Found>& found) {
  std::uint64_t offset = kSegmentHeaderBytes;
  while (offset + kFrameHeaderBytes <= bytes.size()) {
    auto frame = decode_frame(salt, bytes.substr(offset));
    if (!frame) {
      offset += 8;
      continue;
    }
    const std::uint64_t size = frame->size;
    found.push_back({std::move(*frame), segment, offset});
    offset += size;
  }
}

// Where the frame with sequence `missing` must have stood: behind the frame before it, or else at
// the start of the segment whose next frame is the first that can be read after the gap.
std::unexpected<Error> damage(const std::vector<Found>& frames, std::size_t after_gap,
                              std::uint64_t missing) {
  const Found& next = frames[after_gap];
  std::size_t segment = next.segment;
  std::uint64_t offset = kSegmentHeaderBytes;
  if (after_gap > 0 && frames[after_gap - 1].behind() == missing) {
    const Found& before = frames[after_gap - 1];
    const std::uint64_t end = before.offset + before.frame.size;
    if (before.segment == next.segment && end < next.offset) offset = end;
  }
  return fail(
      Code::damaged,
      fmt::format("journal segment {}, offset {}: entries {} to {} cannot be read, although "
                  "later ones are there. Keep the directory as it is; the node must be "
                  "started as one that has lost its journal",
                  segment_name(segment), offset, missing, next.frame.first.value() - 1));
}

}  // namespace

std::string segment_name(std::size_t number) {
  return fmt::format("{:06}.segment", number);
}

Result<Recovered> recover_journal(const JournalSalt& salt, const std::vector<Bytes>& segments) {
  std::vector<Found> frames;
  for (std::size_t i = 0; i < segments.size(); ++i) find_frames(salt, segments[i], i, frames);
  std::sort(frames.begin(), frames.end(), [](const Found& a, const Found& b) {
    return std::tie(a.frame.first, a.frame.generation) <
           std::tie(b.frame.first, b.frame.generation);
  });

  Recovered out;
  out.behind.assign(segments.size(), JournalSequence(0));
  if (frames.empty()) return out;
  const Found& newest = frames.back();
  out.needed = newest.frame.needed;
  out.next = JournalSequence(newest.behind());
  out.end = {newest.segment, newest.offset + newest.frame.size};

  std::uint64_t expected = out.needed.value();
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const Found& found = frames[i];
    out.generation = std::max(out.generation, found.frame.generation);
    JournalSequence& behind = out.behind[found.segment];
    behind = std::max(behind, JournalSequence(found.behind()));
    if (found.behind() <= expected) continue;
    std::uint64_t sequence = found.frame.first.value();
    if (sequence > expected) return damage(frames, i, expected);
    for (const ByteView entry : found.frame.entries) {
      if (sequence >= expected) out.entries.push_back({JournalSequence(sequence), Bytes(entry)});
      ++sequence;
    }
    expected = sequence;
  }
  return out;
}

}  // namespace generion::ledger
