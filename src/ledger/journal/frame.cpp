#include "ledger/journal/frame.h"

#include <fmt/format.h>

#include "base/byte_io.h"
#include "crypto/hash.h"

namespace generion::ledger {
namespace {

constexpr ByteView kSegmentMagic = "GENERJNL";
constexpr std::uint32_t kFrameMagic = 0x47464d31;  // "GFM1"
constexpr std::size_t kChecksumBytes = 16;
// magic 4, payload length 4, generation 8, first 8, needed 8, entry count 4, zero 4.
constexpr std::size_t kCheckedHeaderBytes = kFrameHeaderBytes - kChecksumBytes;

Bytes checksum(const JournalSalt& salt, ByteView header, ByteView payload) {
  const Hash hash = crypto::blake2b256({"generion/journal/1", salt.view(), header, payload});
  return Bytes(hash.view().substr(0, kChecksumBytes));
}

Bytes header_checksum(ByteView header) {
  const Hash hash = crypto::blake2b256({"generion/journal-segment/1", header});
  return Bytes(hash.view().substr(0, kChecksumBytes));
}

std::size_t padded(std::size_t size) {
  return (size + 7) / 8 * 8;
}

}  // namespace

Bytes encode_segment_header(const SegmentHeader& header) {
  ByteWriter out;
  out.raw(kSegmentMagic).u32(kJournalFormat).fixed(header.chain).fixed(header.salt);
  out.u32(header.number).u64(header.segment_bytes);
  Bytes bytes = std::move(out).bytes();
  bytes.resize(kSegmentHeaderBytes - kChecksumBytes, '\0');
  return bytes + header_checksum(bytes);
}

Result<SegmentHeader> decode_segment_header(ByteView bytes) {
  if (bytes.size() != kSegmentHeaderBytes) {
    return fail(Code::damaged,
                fmt::format("its header has {} of {} bytes", bytes.size(), kSegmentHeaderBytes));
  }
  const ByteView checked = bytes.substr(0, kSegmentHeaderBytes - kChecksumBytes);
  ByteReader in(bytes);
  if (in.raw(kSegmentMagic.size()) != kSegmentMagic) {
    return fail(Code::damaged, "it does not start as a segment of a journal does");
  }
  const std::uint32_t format = in.u32();
  if (header_checksum(checked) != bytes.substr(checked.size())) {
    return fail(Code::damaged, "its header does not have its checksum");
  }
  if (format > kJournalFormat) {
    return fail(Code::newer_format,
                fmt::format("its format is {}, this program knows up to {}: use a newer program",
                            format, kJournalFormat));
  }
  SegmentHeader header;
  header.chain = in.fixed<Hash>();
  header.salt = in.fixed<JournalSalt>();
  header.number = in.u32();
  header.segment_bytes = in.u64();
  return header;
}

Bytes encode_frame(const JournalSalt& salt, std::uint64_t generation, JournalSequence first,
                   JournalSequence needed, const std::vector<Bytes>& entries) {
  ByteWriter payload;
  for (const Bytes& entry : entries) payload.sized(entry);
  ByteWriter out;
  out.reserve(kFrameHeaderBytes + payload.bytes().size() + 8);
  out.u32(kFrameMagic).u32(static_cast<std::uint32_t>(payload.bytes().size()));
  out.u64(generation).u64(first.value()).u64(needed.value());
  out.u32(static_cast<std::uint32_t>(entries.size())).u32(0);
  out.raw(checksum(salt, out.bytes(), payload.bytes())).raw(payload.bytes());
  Bytes bytes = std::move(out).bytes();
  bytes.resize(padded(bytes.size()), '\0');
  return bytes;
}

std::optional<Frame> decode_frame(const JournalSalt& salt, ByteView bytes) {
  if (bytes.size() < kFrameHeaderBytes) return std::nullopt;
  ByteReader in(bytes);
  if (in.u32() != kFrameMagic) return std::nullopt;
  const std::size_t length = in.u32();
  if (length > bytes.size() - kFrameHeaderBytes) return std::nullopt;
  const ByteView payload = bytes.substr(kFrameHeaderBytes, length);
  const ByteView header = bytes.substr(0, kCheckedHeaderBytes);
  if (checksum(salt, header, payload) != bytes.substr(kCheckedHeaderBytes, kChecksumBytes)) {
    return std::nullopt;
  }
  Frame frame;
  frame.generation = in.u64();
  frame.first = JournalSequence(in.u64());
  frame.needed = JournalSequence(in.u64());
  const std::uint32_t count = in.u32();
  ByteReader entries(payload);
  for (std::uint32_t i = 0; i < count && entries.ok(); ++i) {
    frame.entries.push_back(entries.sized());
  }
  if (!entries.done() || count == 0) return std::nullopt;
  frame.size = std::min(padded(kFrameHeaderBytes + length), bytes.size());
  return frame;
}

}  // namespace generion::ledger
