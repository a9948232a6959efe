// Operations about epochs: what validators' nodes send, and their people can send too.
#include <fmt/format.h>

#include "base/hex.h"
#include "base/limits.h"
#include "cli/commands/operation_parts.h"

namespace generion::cli {
namespace {

using client::TransactionBuilder;

SignedStatement read_statement(JsonFields& in, std::string_view name) {
  SignedStatement out;
  auto bytes = from_hex(in.text(name, 2, 2 * limits::kStatementBytesMax));
  if (bytes) {
    out.bytes = std::move(*bytes);
  } else {
    in.fault(name, "takes the signed bytes in hexadecimal digits");
  }
  out.signature = in.hex<Signature>(fmt::format("{}_signature", name));
  return out;
}

}  // namespace

Result<void> read_end_epoch(TransactionBuilder& builder, JsonFields& in) {
  return finish_operation(builder, in, EndEpoch{});
}

Result<void> read_report_ready(TransactionBuilder& builder, JsonFields& in) {
  ReportReady out;
  out.proposal_id = read_id<ProposalId>(in, "proposal_id");
  out.height = Height(in.number("height", 0, kAnyNumber));
  out.block_hash = in.hex<Hash>("block_hash");
  return finish_operation(builder, in, out);
}

Result<void> read_report_evidence(TransactionBuilder& builder, JsonFields& in) {
  Evidence out;
  const std::string kind = in.text("kind", 1, limits::kNameBytesMax);
  const auto known = evidence_kind(kind);
  if (known) {
    out.kind = *known;
  } else if (in.ok()) {
    in.fault("kind", "takes pre_prepare, prepare, view_change or seal");
  }
  out.culprit = in.hex<PublicKey>("culprit");
  out.first = read_statement(in, "first");
  out.second = read_statement(in, "second");
  return finish_operation(builder, in, ReportEvidence{std::move(out)});
}

}  // namespace generion::cli
