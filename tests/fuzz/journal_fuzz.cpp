// The journal's segments as a crash, a bad disk or a stranger leaves them. The input says which
// whole frames, raw bytes and flipped bits stand where: no random bytes have a frame's checksum.
#include <vector>

#include "base/byte_io.h"
#include "fuzz.h"
#include "ledger/journal/recovery.h"

namespace {

using namespace generion;
using namespace generion::ledger;

constexpr std::size_t kSegmentsMax = 4;
constexpr std::size_t kSegmentBytes = 4096;
constexpr std::size_t kEntriesMax = 8;

enum class Step : std::uint8_t { next_segment, frame, raw, flip };

void append_frame(ByteReader& in, const JournalSalt& salt, Bytes& segment) {
  const std::uint64_t generation = in.u8();
  const JournalSequence first(in.u8());
  const JournalSequence needed(in.u8());
  std::vector<Bytes> entries(1 + in.u8() % kEntriesMax);
  for (Bytes& entry : entries) entry = in.raw(in.u8());
  segment += encode_frame(salt, generation, first, needed, entries);
}

void flip(ByteReader& in, Bytes& segment) {
  const std::size_t at = in.u16() % segment.size();
  segment[at] = static_cast<char>(segment[at] ^ in.u8());
}

std::vector<Bytes> build_segments(ByteReader& in, const JournalSalt& salt) {
  const Bytes header(kSegmentHeaderBytes, '\0');
  std::vector<Bytes> segments = {header};
  while (in.ok() && in.remaining() > 0) {
    Bytes& segment = segments.back();
    switch (static_cast<Step>(in.u8() % 4)) {
      case Step::next_segment:
        if (segments.size() < kSegmentsMax) segments.push_back(header);
        break;
      case Step::frame:
        append_frame(in, salt, segment);
        break;
      case Step::raw:
        segment += in.raw(in.u8());
        break;
      case Step::flip:
        flip(in, segment);
        break;
    }
  }
  for (Bytes& segment : segments) segment.resize(kSegmentBytes, '\0');
  return segments;
}

void check_recovery(ByteView input) {
  const JournalSalt salt;
  ByteReader in(input);
  const std::vector<Bytes> segments = build_segments(in, salt);
  const auto recovered = recover_journal(salt, segments);
  if (!recovered) {
    FUZZ_CHECK(recovered.error().code == Code::damaged);
    return;
  }
  FUZZ_CHECK(recovered->behind.size() == segments.size());
  std::uint64_t expected = 0;
  for (const JournalEntry& entry : recovered->entries) {
    FUZZ_CHECK(entry.sequence >= recovered->needed);
    FUZZ_CHECK(expected == 0 || entry.sequence.value() == expected);
    expected = entry.sequence.next().value();
  }
  if (recovered->end) {
    FUZZ_CHECK(recovered->end->segment < segments.size());
    FUZZ_CHECK(recovered->end->offset <= segments[recovered->end->segment].size());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const generion::ByteView input = generion::fuzz::as_view(data, size);
  const auto header = generion::ledger::decode_segment_header(input);
  if (header) FUZZ_CHECK(generion::ledger::encode_segment_header(*header) == input);
  static_cast<void>(generion::ledger::decode_frame({}, input));
  check_recovery(input);
  return 0;
}
