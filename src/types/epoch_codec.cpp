// The canonical bytes of the operations about epochs.
#include <fmt/core.h>

#include "types/operation_fields.h"

namespace generion {

Bytes operation_fields(const EndEpoch& /*op*/) {
  return {};
}

Result<EndEpoch> read_operation(ByteView bytes, Read<EndEpoch>) {
  CanonicalReader in(bytes, "endEpoch");
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  return EndEpoch{};
}

Bytes operation_fields(const ReportReady& op) {
  return CanonicalWriter()
      .uint(1, op.proposal_id.value())
      .uint(2, op.height.value())
      .fixed(3, op.block_hash)
      .take();
}

Result<ReportReady> read_operation(ByteView bytes, Read<ReportReady>) {
  CanonicalReader in(bytes, "reportReady");
  ReportReady op;
  op.proposal_id = ProposalId(in.uint(1, "proposal_id"));
  op.height = Height(in.uint(2, "height"));
  op.block_hash = in.fixed<Hash>(3, "block_hash");
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  return op;
}

Bytes operation_fields(const ReportEvidence& op) {
  const Evidence& evidence = op.evidence;
  return CanonicalWriter()
      .uint(1, static_cast<std::uint64_t>(evidence.kind))
      .fixed(2, evidence.culprit)
      .bytes(3, evidence.first.bytes)
      .fixed(4, evidence.first.signature)
      .bytes(5, evidence.second.bytes)
      .fixed(6, evidence.second.signature)
      .take();
}

Result<ReportEvidence> read_operation(ByteView bytes, Read<ReportEvidence>) {
  CanonicalReader in(bytes, "reportEvidence");
  Evidence out;
  const std::uint64_t kind = in.uint(1, "kind");
  out.culprit = in.fixed<PublicKey>(2, "culprit");
  out.first.bytes = Bytes(in.bytes(3, "first"));
  out.first.signature = in.fixed<Signature>(4, "first_signature");
  out.second.bytes = Bytes(in.bytes(5, "second"));
  out.second.signature = in.fixed<Signature>(6, "second_signature");
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  const auto known = evidence_kind(kind);
  if (!known) return fail(known.error());
  out.kind = *known;
  if (out.first.bytes.size() > limits::kStatementBytesMax ||
      out.second.bytes.size() > limits::kStatementBytesMax) {
    return fail(Code::too_large,
                fmt::format("reportEvidence: a message has more than {} bytes; other evidence of "
                            "the same will do",
                            limits::kStatementBytesMax));
  }
  if (out.first.bytes >= out.second.bytes) {
    return fail(Code::bad_argument,
                "reportEvidence: first and second have to ascend by their bytes, and to differ");
  }
  return ReportEvidence{std::move(out)};
}

}  // namespace generion
