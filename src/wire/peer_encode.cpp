#include "types/canonical.h"
#include "wire/messages.h"
#include "wire/peer.h"
#include "wire/peer_fields.h"
#include "wire/peer_join.h"
#include "wire/transaction.h"

namespace generion::wire {
namespace {

Bytes joined(const std::vector<TxId>& ids) {
  Bytes out;
  out.reserve(ids.size() * TxId::kSize);
  for (const TxId& id : ids) out.append(id.view());
  return out;
}

void write_transactions(CanonicalWriter& out, std::uint32_t field,
                        const std::vector<SignedTransaction>& transactions) {
  for (const SignedTransaction& entry : transactions) {
    out.element(field, encode_transaction(entry));
  }
}

Bytes encode_block(const CertifiedBlock& block) {
  CanonicalWriter out;
  out.element(1, encode_certified(block.certified)).element(2, encode_batch(block.batch));
  out.uint(3, block.first);
  write_transactions(out, 4, block.transactions);
  return out.take();
}

struct Part {
  PeerField field;
  Bytes bytes;
};

struct Encode {
  Part operator()(const Hello& m) const {
    return {kHello, CanonicalWriter()
                        .uint(1, m.protocol)
                        .fixed(2, m.chain)
                        .uint(3, static_cast<std::uint64_t>(m.role))
                        .uint(4, m.instance)
                        .bytes(5, m.software)
                        .take()};
  }
  Part operator()(const Welcome&) const { return {kWelcome, {}}; }
  Part operator()(const Refusal& m) const {
    return {kRefusal, CanonicalWriter()
                          .uint(1, static_cast<std::uint64_t>(m.reason))
                          .bytes(2, m.text)
                          .uint(3, m.retry_after_ms)
                          .take()};
  }
  Part operator()(const Ping& m) const {
    return {kPing, CanonicalWriter().uint(1, m.number).take()};
  }
  Part operator()(const Pong& m) const {
    return {kPong, CanonicalWriter().uint(1, m.number).uint(2, m.time.value()).take()};
  }
  Part operator()(const Message& m) const { return {kConsensus, encode_message(m)}; }
  Part operator()(const TransactionBundle& m) const {
    CanonicalWriter out;
    write_transactions(out, 1, m.transactions);
    return {kTransactionBundle, out.take()};
  }
  Part operator()(const TransactionAck& m) const {
    return {kTransactionAck, CanonicalWriter().bytes(1, joined(m.ids)).take()};
  }
  Part operator()(const TransactionRequest& m) const {
    return {kTransactionRequest, CanonicalWriter().bytes(1, joined(m.ids)).take()};
  }
  Part operator()(const TransactionReply& m) const {
    CanonicalWriter out;
    write_transactions(out, 1, m.transactions);
    out.bytes(2, joined(m.missing));
    return {kTransactionReply, out.take()};
  }
  Part operator()(const BatchRequest& m) const {
    return {kBatchRequest,
            CanonicalWriter().uint(1, m.height.value()).fixed(2, m.digest).uint(3, m.first).take()};
  }
  Part operator()(const BatchReply& m) const {
    CanonicalWriter out;
    out.uint(1, m.height.value()).fixed(2, m.digest);
    if (m.batch) out.element(3, encode_batch(*m.batch));
    out.uint(4, m.first);
    write_transactions(out, 5, m.transactions);
    return {kBatchReply, out.take()};
  }
  Part operator()(const BlockRequest& m) const {
    return {kBlockRequest,
            CanonicalWriter().uint(1, m.from.value()).uint(2, m.first).uint(3, m.count_max).take()};
  }
  Part operator()(const BlockReply& m) const {
    CanonicalWriter out;
    out.uint(1, m.from.value());
    for (const CertifiedBlock& block : m.blocks) out.element(2, encode_block(block));
    return {kBlockReply, out.take()};
  }
  Part operator()(const Tip& m) const {
    CanonicalWriter out;
    out.uint(1, m.executed.value());
    if (m.stable) out.element(2, encode_certified(*m.stable));
    return {kTip, out.take()};
  }
  Part operator()(const SnapshotListRequest&) const { return {kSnapshotListRequest, {}}; }
  Part operator()(const SnapshotListReply& m) const { return {kSnapshotListReply, encode_part(m)}; }
  Part operator()(const EpochEndsRequest& m) const {
    return {kEpochEndsRequest, CanonicalWriter().uint(1, m.first.value()).take()};
  }
  Part operator()(const EpochEndsReply& m) const { return {kEpochEndsReply, encode_part(m)}; }
  Part operator()(const SnapshotPartRequest& m) const {
    return {kSnapshotPartRequest, encode_part(m)};
  }
  Part operator()(const SnapshotPartReply& m) const { return {kSnapshotPartReply, encode_part(m)}; }
  Part operator()(const WindowRequest& m) const {
    return {kWindowRequest, CanonicalWriter().uint(1, m.height.value()).take()};
  }
  Part operator()(const WindowReply& m) const { return {kWindowReply, encode_part(m)}; }
};

template <class Variant>
Bytes encode(const Variant& message) {
  const Part part = std::visit(Encode{}, message);
  return CanonicalWriter().element(part.field, part.bytes).take();
}

}  // namespace

Bytes encode_frame(const LinkMessage& message) {
  return encode(message);
}

Bytes encode_frame(const PeerMessage& message) {
  return encode(message);
}

}  // namespace generion::wire
