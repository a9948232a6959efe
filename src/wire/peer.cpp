#include "wire/peer.h"

#include <fmt/core.h>

#include "wire/peer_fields.h"
#include "wire/peer_join.h"
#include "wire/peer_reader.h"

namespace generion::wire {
namespace {

Result<PeerFrame> read_hello(ByteView bytes) {
  PeerReader in(bytes, "Hello");
  Hello out;
  out.protocol = in.number(1, "protocol");
  if (out.protocol != kPeerProtocol) return PeerFrame(LinkMessage(out));
  out.chain = in.fields().fixed<Hash>(2, "chain");
  const std::uint32_t role = in.number(3, "role");
  if (role < 1 || role > 2) in.fault(Code::malformed, "role is unknown");
  out.role = static_cast<PeerRole>(role);
  out.instance = in.fields().uint(4, "instance");
  out.software = in.text(5, "software");
  return finished<LinkMessage>(in, std::move(out));
}

Result<PeerFrame> read_refusal(ByteView bytes) {
  PeerReader in(bytes, "Refusal");
  Refusal out;
  const std::uint32_t reason = in.number(1, "reason");
  if (reason >= 1 && reason <= static_cast<std::uint32_t>(RefusalReason::self)) {
    out.reason = static_cast<RefusalReason>(reason);
  }
  out.text = in.text(2, "text");
  out.retry_after_ms = in.fields().uint(3, "retry_after_ms");
  return finished<LinkMessage>(in, std::move(out));
}

Result<PeerFrame> read_ping(ByteView bytes) {
  PeerReader in(bytes, "Ping");
  const Ping out{in.fields().uint(1, "number")};
  return finished<LinkMessage>(in, out);
}

Result<PeerFrame> read_pong(ByteView bytes) {
  PeerReader in(bytes, "Pong");
  Pong out;
  out.number = in.fields().uint(1, "number");
  out.time = TimeMs(in.fields().uint(2, "time_ms"));
  return finished<LinkMessage>(in, out);
}

template <class Ids>
Result<PeerFrame> read_ids(ByteView bytes, std::string_view name) {
  PeerReader in(bytes, name);
  Ids out{in.ids(1, "ids")};
  return finished<PeerMessage>(in, std::move(out));
}

Result<PeerFrame> read_transaction_reply(ByteView bytes) {
  PeerReader in(bytes, "TransactionReply");
  TransactionReply out;
  out.transactions = in.transactions(1, limits::kBatchTransactionsMax);
  out.missing = in.ids(2, "missing");
  return finished<PeerMessage>(in, std::move(out));
}

Result<PeerFrame> read_batch_request(ByteView bytes) {
  PeerReader in(bytes, "BatchRequest");
  BatchRequest out;
  out.height = Height(in.fields().uint(1, "height"));
  out.digest = in.fields().fixed<Hash>(2, "digest");
  out.first = in.number(3, "first");
  return finished<PeerMessage>(in, out);
}

Result<PeerFrame> read_batch_reply(ByteView bytes) {
  PeerReader in(bytes, "BatchReply");
  BatchReply out;
  out.height = Height(in.fields().uint(1, "height"));
  out.digest = in.fields().fixed<Hash>(2, "digest");
  out.batch = in.batch(3);
  out.first = in.number(4, "first");
  out.transactions = in.transactions(5, limits::kBatchTransactionsMax);
  return finished<PeerMessage>(in, std::move(out));
}

Result<PeerFrame> read_block_request(ByteView bytes) {
  PeerReader in(bytes, "BlockRequest");
  BlockRequest out;
  out.from = Height(in.fields().uint(1, "from"));
  out.first = in.number(2, "first");
  out.count_max = in.number(3, "count_max");
  return finished<PeerMessage>(in, out);
}

Result<CertifiedBlock> read_block(ByteView bytes) {
  PeerReader in(bytes, "CertifiedBlock");
  CertifiedBlock out;
  auto certified = in.certified(1, "certified");
  auto batch = in.batch(2);
  if (!certified || !batch) in.fault(Code::malformed, "certified or batch is missing");
  out.first = in.number(3, "first");
  out.transactions = in.transactions(4, limits::kBatchTransactionsMax);
  if (auto done = in.finish(); !done) return fail(done.error());
  out.certified = std::move(*certified);
  out.batch = std::move(*batch);
  return out;
}

Result<PeerFrame> read_block_reply(ByteView bytes) {
  PeerReader in(bytes, "BlockReply");
  BlockReply out;
  out.from = Height(in.fields().uint(1, "from"));
  for (const ByteView block : in.fields().elements(2, "block", limits::kBlocksPerReplyMax)) {
    in.keep(read_block(block), [&](auto& value) { out.blocks.push_back(std::move(value)); });
  }
  return finished<PeerMessage>(in, std::move(out));
}

Result<PeerFrame> read_tip(ByteView bytes) {
  PeerReader in(bytes, "Tip");
  Tip out;
  out.executed = Height(in.fields().uint(1, "executed"));
  out.stable = in.certified(2, "stable");
  return finished<PeerMessage>(in, std::move(out));
}

Result<PeerFrame> read_consensus(ByteView bytes) {
  auto message = decode_message(bytes);
  if (!message) return fail(message.error());
  return PeerFrame(PeerMessage(std::move(*message)));
}

Result<PeerFrame> read_bundle(ByteView bytes) {
  PeerReader in(bytes, "TransactionBundle");
  TransactionBundle out{in.transactions(1, limits::kBundleTransactionsMax)};
  return finished<PeerMessage>(in, std::move(out));
}

Result<PeerFrame> read_welcome(ByteView bytes) {
  PeerReader in(bytes, "Welcome");
  return finished<LinkMessage>(in, Welcome{});
}

}  // namespace

Result<PeerFrame> decode_frame(ByteView bytes) {
  CanonicalReader in(bytes, "PeerFrame");
  const std::uint32_t field = in.next_field();
  if (field < 1 || field > kWindowReply) {
    return fail(Code::malformed, "PeerFrame: is of no known kind");
  }
  const ByteView part = in.element(field, "frame").value_or(ByteView());
  if (auto done = in.finish(); !done) return fail(done.error());
  switch (static_cast<PeerField>(field)) {
    case kHello:
      return read_hello(part);
    case kWelcome:
      return read_welcome(part);
    case kRefusal:
      return read_refusal(part);
    case kPing:
      return read_ping(part);
    case kPong:
      return read_pong(part);
    case kConsensus:
      return read_consensus(part);
    case kTransactionBundle:
      return read_bundle(part);
    case kTransactionAck:
      return read_ids<TransactionAck>(part, "TransactionAck");
    case kTransactionRequest:
      return read_ids<TransactionRequest>(part, "TransactionRequest");
    case kTransactionReply:
      return read_transaction_reply(part);
    case kBatchRequest:
      return read_batch_request(part);
    case kBatchReply:
      return read_batch_reply(part);
    case kBlockRequest:
      return read_block_request(part);
    case kBlockReply:
      return read_block_reply(part);
    case kTip:
      return read_tip(part);
    case kSnapshotListRequest:
      return read_snapshot_list_request(part);
    case kSnapshotListReply:
      return read_snapshot_list_reply(part);
    case kEpochEndsRequest:
      return read_epoch_ends_request(part);
    case kEpochEndsReply:
      return read_epoch_ends_reply(part);
    case kSnapshotPartRequest:
      return read_snapshot_part_request(part);
    case kSnapshotPartReply:
      return read_snapshot_part_reply(part);
    case kWindowRequest:
      return read_window_request(part);
    case kWindowReply:
      return read_window_reply(part);
  }
  return fail(Code::malformed, "PeerFrame: is of no known kind");
}

}  // namespace generion::wire
