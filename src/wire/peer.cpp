#include "wire/peer.h"

#include <fmt/core.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "types/canonical.h"
#include "wire/messages.h"
#include "wire/peer_fields.h"
#include "wire/transaction.h"

namespace generion::wire {
namespace {

// Key, signature, tags and lengths of one signer; and the block hash.
constexpr std::size_t kSignerBytesMax = 128;
constexpr std::size_t kCertificateBytesMax = (limits::kValidatorsMax + 1) * kSignerBytesMax;

// A CanonicalReader that also keeps the first fault of what its fields hold.
class Reader {
 public:
  Reader(ByteView in, std::string_view message) : in_(in, message), message_(message) {}

  CanonicalReader& fields() { return in_; }

  std::uint32_t number(std::uint32_t field, std::string_view name) {
    const std::uint64_t value = in_.uint(field, name);
    if (value > UINT32_MAX) fault(Code::malformed, fmt::format("{} has more than 32 bits", name));
    return static_cast<std::uint32_t>(value);
  }

  std::string text(std::uint32_t field, std::string_view name) {
    const ByteView value = in_.bytes(field, name);
    if (value.size() <= limits::kPeerTextBytesMax && is_utf8(value)) return std::string(value);
    fault(Code::malformed,
          fmt::format("{} is no UTF-8 text of at most {} bytes", name, limits::kPeerTextBytesMax));
    return {};
  }

  std::vector<TxId> ids(std::uint32_t field, std::string_view name) {
    const ByteView bytes = in_.bytes(field, name);
    const std::size_t count = bytes.size() / TxId::kSize;
    if (bytes.size() % TxId::kSize != 0) {
      fault(Code::malformed, fmt::format("{} is no whole number of ids", name));
    } else if (count > limits::kBatchTransactionsMax) {
      fault(Code::too_many, fmt::format("{} has {} ids; at most {} are taken", name, count,
                                        limits::kBatchTransactionsMax));
    }
    std::vector<TxId> out;
    if (error_) return out;
    out.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
      out.push_back(*TxId::from(bytes.substr(i * TxId::kSize, TxId::kSize)));
    }
    return out;
  }

  std::vector<SignedTransaction> transactions(std::uint32_t field, std::size_t max) {
    std::vector<SignedTransaction> out;
    for (const ByteView bytes : in_.elements(field, "transaction", max)) {
      keep(decode_transaction(bytes), [&](auto& value) { out.push_back(std::move(value)); });
    }
    return out;
  }

  std::optional<Batch> batch(std::uint32_t field) {
    std::optional<Batch> out;
    if (const auto bytes = in_.element(field, "batch")) {
      keep(decode_batch(*bytes), [&](auto& value) { out = std::move(value); });
    }
    return out;
  }

  std::optional<CertifiedHeader> certified(std::uint32_t field, std::string_view name) {
    const auto bytes = in_.element(field, name);
    if (!bytes) return std::nullopt;
    CertifiedHeader out;
    Reader inner(*bytes, "CertifiedHeader");
    inner.keep(decode_header(inner.in_.bytes(1, "header")),
               [&](auto& value) { out.header = value; });
    const ByteView certificate = inner.in_.bytes(2, "certificate");
    if (certificate.size() > kCertificateBytesMax) {
      inner.fault(Code::too_large, fmt::format("certificate has {} bytes; at most {} are taken",
                                               certificate.size(), kCertificateBytesMax));
    } else {
      inner.keep(decode_certificate(certificate),
                 [&](auto& value) { out.certificate = std::move(value); });
    }
    if (auto done = inner.finish(); !done) fault(done.error());
    return out;
  }

  // Keeps the fault of a part, or hands on its value; nothing after a fault.
  template <class T, class Use>
  void keep(Result<T> part, Use use) {
    if (error_) return;
    if (part) {
      use(*part);
    } else {
      fault(part.error());
    }
  }

  void fault(Code code, const std::string& what) {
    fault(Error{code, fmt::format("{}: {}", message_, what)});
  }
  void fault(Error error) {
    if (!error_) error_ = std::move(error);
  }

  Result<void> finish() {
    if (auto done = in_.finish(); !done) return done;
    if (error_) return fail(*error_);
    return {};
  }

 private:
  CanonicalReader in_;
  std::string_view message_;
  std::optional<Error> error_;
};

template <class Frame, class T>
Result<PeerFrame> finished(Reader& in, T out) {
  if (auto done = in.finish(); !done) return fail(done.error());
  return PeerFrame(Frame(std::move(out)));
}

Result<PeerFrame> read_hello(ByteView bytes) {
  Reader in(bytes, "Hello");
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
  Reader in(bytes, "Refusal");
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
  Reader in(bytes, "Ping");
  const Ping out{in.fields().uint(1, "number")};
  return finished<LinkMessage>(in, out);
}

Result<PeerFrame> read_pong(ByteView bytes) {
  Reader in(bytes, "Pong");
  Pong out;
  out.number = in.fields().uint(1, "number");
  out.time = TimeMs(in.fields().uint(2, "time_ms"));
  return finished<LinkMessage>(in, out);
}

template <class Ids>
Result<PeerFrame> read_ids(ByteView bytes, std::string_view name) {
  Reader in(bytes, name);
  Ids out{in.ids(1, "ids")};
  return finished<PeerMessage>(in, std::move(out));
}

Result<PeerFrame> read_transaction_reply(ByteView bytes) {
  Reader in(bytes, "TransactionReply");
  TransactionReply out;
  out.transactions = in.transactions(1, limits::kBatchTransactionsMax);
  out.missing = in.ids(2, "missing");
  return finished<PeerMessage>(in, std::move(out));
}

Result<PeerFrame> read_batch_request(ByteView bytes) {
  Reader in(bytes, "BatchRequest");
  BatchRequest out;
  out.height = Height(in.fields().uint(1, "height"));
  out.digest = in.fields().fixed<Hash>(2, "digest");
  out.first = in.number(3, "first");
  return finished<PeerMessage>(in, out);
}

Result<PeerFrame> read_batch_reply(ByteView bytes) {
  Reader in(bytes, "BatchReply");
  BatchReply out;
  out.height = Height(in.fields().uint(1, "height"));
  out.digest = in.fields().fixed<Hash>(2, "digest");
  out.batch = in.batch(3);
  out.first = in.number(4, "first");
  out.transactions = in.transactions(5, limits::kBatchTransactionsMax);
  return finished<PeerMessage>(in, std::move(out));
}

Result<PeerFrame> read_block_request(ByteView bytes) {
  Reader in(bytes, "BlockRequest");
  BlockRequest out;
  out.from = Height(in.fields().uint(1, "from"));
  out.first = in.number(2, "first");
  out.count_max = in.number(3, "count_max");
  return finished<PeerMessage>(in, out);
}

Result<CertifiedBlock> read_block(ByteView bytes) {
  Reader in(bytes, "CertifiedBlock");
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
  Reader in(bytes, "BlockReply");
  BlockReply out;
  out.from = Height(in.fields().uint(1, "from"));
  for (const ByteView block : in.fields().elements(2, "block", limits::kBlocksPerReplyMax)) {
    in.keep(read_block(block), [&](auto& value) { out.blocks.push_back(std::move(value)); });
  }
  return finished<PeerMessage>(in, std::move(out));
}

Result<PeerFrame> read_tip(ByteView bytes) {
  Reader in(bytes, "Tip");
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
  Reader in(bytes, "TransactionBundle");
  TransactionBundle out{in.transactions(1, limits::kBundleTransactionsMax)};
  return finished<PeerMessage>(in, std::move(out));
}

Result<PeerFrame> read_welcome(ByteView bytes) {
  Reader in(bytes, "Welcome");
  return finished<LinkMessage>(in, Welcome{});
}

}  // namespace

Result<PeerFrame> decode_frame(ByteView bytes) {
  CanonicalReader in(bytes, "PeerFrame");
  const std::uint32_t field = in.next_field();
  if (field < 1 || field > kTip) {
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
  }
  return fail(Code::malformed, "PeerFrame: is of no known kind");
}

}  // namespace generion::wire
