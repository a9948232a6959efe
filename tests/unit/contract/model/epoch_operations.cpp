// Sequences' operations of validators' nodes: ending an epoch, joining, evidence.
#include "operations.h"
#include "setup.h"
#include "types/messages.h"

namespace generion::contract::model {
namespace {

void draw_end_epoch(Drawing& /*drawing*/, Step& /*step*/) {}
Operation make_end_epoch(const Scene& /*scene*/, const Step& /*step*/) {
  return EndEpoch{};
}

// `ahead=n1`: of a later block. `other=n1`: with another hash.
void draw_report_ready(Drawing& drawing, Step& step) {
  const Value mine = drawing.a_proposal([&](const Proposal& proposal) {
    const auto* add = std::get_if<AddValidator>(&proposal.action);
    return add != nullptr && add->key == drawing.model.sender();
  });
  step.add("proposal", drawing.source.one_in(16) ? drawing.new_label('q') : mine);
  if (drawing.source.one_in(8)) step.add("ahead", drawing.number(1));
  if (drawing.source.one_in(8)) step.add("other", drawing.number(1));
}
Operation make_report_ready(const Scene& scene, const Step& step) {
  ReportReady out;
  out.proposal_id = ProposalId(scene.labels.id_of(step.find("proposal").value_or(Value())));
  const Height base(scene.world().epoch().first.value() - 1);
  out.height = base.plus(step.number("ahead"));
  out.block_hash = hash_of_block(step.number("other") == 0 ? base : base.next());
  return out;
}

// What may be wrong with evidence: `fault=`.
enum Fault : std::uint64_t { kNone, kOtherChain, kOtherPlace, kCutShort, kOtherSender, kFaults };

void draw_report_evidence(Drawing& drawing, Step& step) {
  const bool known = !drawing.source.one_in(8);
  const auto& keys = drawing.world().node_keys;
  step.add("culprit", known ? name_of(drawing.source.pick(keys).first) : drawing.anybody());
  step.add("kind", drawing.any('n', 4));
  const std::uint64_t epoch = drawing.world().epoch_number().value();
  const std::uint64_t back = std::min(epoch, drawing.source.below(3));
  step.add("epoch", drawing.number(drawing.source.one_in(8) ? epoch + 1 : epoch - back));
  if (drawing.source.one_in(4)) step.add("fault", drawing.number(drawing.source.below(kFaults)));
}

// Two statements of one place differ in `version`.
Bytes statement(Evidence::Kind kind, const Conflict& place, const Step& step,
                std::uint8_t version) {
  const std::uint64_t fault = step.number("fault");
  const Hash chain = fault == kOtherChain ? Hash() : chain_hash();
  const PublicKey sender = fault == kOtherSender ? key_of({'v', 100}) : key_in(step, "culprit");
  if (kind == Evidence::Kind::seal) {
    BlockHeader header;
    header.chain_id = chain;
    header.epoch = place.epoch;
    header.height = place.height;
    header.tx_count = version;
    return encode_header(header);
  }
  if (kind == Evidence::Kind::view_change) {
    ViewChange message;
    message.epoch = place.epoch;
    message.view = place.view;
    message.prepared.resize(version);
    message.sender = sender;
    return signed_part(chain, message).bytes;
  }
  // PRE-PREPARE is the same, but for its tag.
  Prepare message;
  message.epoch = place.epoch;
  message.view = place.view;
  message.height = place.height;
  message.digest.data()[0] = version;
  message.sender = sender;
  return signed_part(chain, message).bytes;
}

Operation make_report_evidence(const Scene& /*scene*/, const Step& step) {
  Evidence out;
  out.kind = evidence_kind(step.number("kind", 2)).value_or(Evidence::Kind::prepare);
  out.culprit = key_in(step, "culprit");
  Conflict place{Epoch(step.number("epoch")), View(1), Height(1)};
  out.first.bytes = statement(out.kind, place, step, 0);
  if (step.number("fault") == kOtherPlace) place = {place.epoch, View(2), Height(2)};
  out.second.bytes = statement(out.kind, place, step, 1);
  if (step.number("fault") == kCutShort) out.first.bytes.resize(40);
  if (out.second.bytes < out.first.bytes) std::swap(out.first, out.second);
  return ReportEvidence{out};
}

constexpr OperationKind kOperations[] = {
    {"endEpoch", "vnj", 2, draw_end_epoch, make_end_epoch},
    {"reportReady", "j", 4, draw_report_ready, make_report_ready},
    {"reportEvidence", "vnj", 3, draw_report_evidence, make_report_evidence},
};

}  // namespace

std::span<const OperationKind> epoch_operations() {
  return kOperations;
}

}  // namespace generion::contract::model
