#include "wire/peer_join.h"

#include "base/snapshot_limits.h"
#include "wire/peer_reader.h"

namespace generion::wire {
namespace {

Result<EpochEnd> read_end(ByteView bytes) {
  PeerReader in(bytes, "EpochEnd");
  EpochEnd out;
  auto certified = in.certified(1, "certified");
  if (!certified) in.fault(Code::malformed, "certified is missing");
  const ByteView keys = in.fields().bytes(2, "next");
  const std::size_t count = keys.size() / PublicKey::kSize;
  if (keys.size() % PublicKey::kSize != 0 || count == 0 || count > limits::kValidatorsMax) {
    in.fault(Code::malformed, "next is no list of 1 to 100 keys");
  }
  if (auto done = in.finish(); !done) return fail(done.error());
  for (std::size_t i = 0; i < count; ++i) {
    out.next.keys.push_back(*PublicKey::from(keys.substr(i * PublicKey::kSize, PublicKey::kSize)));
  }
  out.header = certified->header;
  out.certificate = std::move(certified->certificate);
  return out;
}

Bytes encode_end(const EpochEnd& end) {
  Bytes keys;
  for (const PublicKey& key : end.next.keys) keys.append(key.view());
  return CanonicalWriter()
      .element(1, encode_certified({end.header, end.certificate}))
      .bytes(2, keys)
      .take();
}

Result<WindowBlock> read_window_block(ByteView bytes) {
  PeerReader in(bytes, "WindowBlock");
  WindowBlock out;
  in.keep(decode_header(in.fields().bytes(1, "header")),
          [&](auto& header) { out.header = header; });
  auto batch = in.batch(2);
  if (!batch) in.fault(Code::malformed, "batch is missing");
  if (auto done = in.finish(); !done) return fail(done.error());
  out.batch = std::move(*batch);
  return out;
}

}  // namespace

Result<PeerFrame> read_snapshot_list_request(ByteView bytes) {
  PeerReader in(bytes, "SnapshotListRequest");
  return finished<PeerMessage>(in, SnapshotListRequest{});
}

Result<PeerFrame> read_snapshot_list_reply(ByteView bytes) {
  PeerReader in(bytes, "SnapshotListReply");
  SnapshotListReply out;
  for (const ByteView part : in.fields().elements(1, "snapshot", limits::kSnapshotsListedMax)) {
    PeerReader inner(part, "SnapshotListReply");
    auto certified = inner.certified(1, "certified");
    if (!certified) inner.fault(Code::malformed, "certified is missing");
    if (auto done = inner.finish(); !done) return fail(done.error());
    out.snapshots.push_back(std::move(*certified));
  }
  return finished<PeerMessage>(in, std::move(out));
}

Result<PeerFrame> read_epoch_ends_request(ByteView bytes) {
  PeerReader in(bytes, "EpochEndsRequest");
  const EpochEndsRequest out{Epoch(in.fields().uint(1, "first"))};
  return finished<PeerMessage>(in, out);
}

Result<PeerFrame> read_epoch_ends_reply(ByteView bytes) {
  PeerReader in(bytes, "EpochEndsReply");
  EpochEndsReply out;
  out.first = Epoch(in.fields().uint(1, "first"));
  for (const ByteView end : in.fields().elements(2, "end", limits::kEpochEndsPerReplyMax)) {
    in.keep(read_end(end), [&](auto& value) { out.ends.push_back(std::move(value)); });
  }
  return finished<PeerMessage>(in, std::move(out));
}

Result<PeerFrame> read_snapshot_part_request(ByteView bytes) {
  PeerReader in(bytes, "SnapshotPartRequest");
  SnapshotPartRequest out;
  out.block = in.fields().fixed<Hash>(1, "block");
  out.part = in.fields().uint(2, "part");
  out.offset = in.fields().uint(3, "offset");
  return finished<PeerMessage>(in, out);
}

Result<PeerFrame> read_snapshot_part_reply(ByteView bytes) {
  PeerReader in(bytes, "SnapshotPartReply");
  SnapshotPartReply out;
  out.block = in.fields().fixed<Hash>(1, "block");
  out.part = in.fields().uint(2, "part");
  out.offset = in.fields().uint(3, "offset");
  out.size = in.fields().uint(4, "size");
  if (out.size > limits::kSnapshotPartBytesMax) {
    in.fault(Code::too_large, "a part is larger than any can be");
  }
  out.bytes = Bytes(in.fields().bytes(5, "bytes"));
  return finished<PeerMessage>(in, std::move(out));
}

Result<PeerFrame> read_window_request(ByteView bytes) {
  PeerReader in(bytes, "WindowRequest");
  const WindowRequest out{Height(in.fields().uint(1, "height"))};
  return finished<PeerMessage>(in, out);
}

Result<PeerFrame> read_window_reply(ByteView bytes) {
  PeerReader in(bytes, "WindowReply");
  WindowReply out;
  out.height = Height(in.fields().uint(1, "height"));
  for (const ByteView block : in.fields().elements(2, "block", limits::kWindowBlocksPerReplyMax)) {
    in.keep(read_window_block(block), [&](auto& value) { out.blocks.push_back(std::move(value)); });
  }
  return finished<PeerMessage>(in, std::move(out));
}

Bytes encode_certified(const CertifiedHeader& certified) {
  return CanonicalWriter()
      .bytes(1, encode_header(certified.header))
      .element(2, encode_certificate(certified.certificate))
      .take();
}

Bytes encode_part(const SnapshotListReply& reply) {
  CanonicalWriter out;
  for (const CertifiedHeader& snapshot : reply.snapshots) {
    out.element(1, CanonicalWriter().element(1, encode_certified(snapshot)).take());
  }
  return out.take();
}

Bytes encode_part(const EpochEndsReply& reply) {
  CanonicalWriter out;
  out.uint(1, reply.first.value());
  for (const EpochEnd& end : reply.ends) out.element(2, encode_end(end));
  return out.take();
}

Bytes encode_part(const SnapshotPartRequest& request) {
  return CanonicalWriter()
      .fixed(1, request.block)
      .uint(2, request.part)
      .uint(3, request.offset)
      .take();
}

Bytes encode_part(const SnapshotPartReply& reply) {
  return CanonicalWriter()
      .fixed(1, reply.block)
      .uint(2, reply.part)
      .uint(3, reply.offset)
      .uint(4, reply.size)
      .bytes(5, reply.bytes)
      .take();
}

Bytes encode_part(const WindowReply& reply) {
  CanonicalWriter out;
  out.uint(1, reply.height.value());
  for (const WindowBlock& block : reply.blocks) {
    out.element(2, CanonicalWriter()
                       .bytes(1, encode_header(block.header))
                       .element(2, encode_batch(block.batch))
                       .take());
  }
  return out.take();
}

}  // namespace generion::wire
