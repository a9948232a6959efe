// endEpoch, reportReady, reportEvidence.
#include "contract/epoch.h"

#include <fmt/core.h>

#include "base/hex.h"
#include "contract/operations/call.h"
#include "contract/operations/member.h"

namespace generion::contract {
namespace {

// The sender, by its governance key or that of its node, if it is a validator of the set in force.
Result<ValidatorId> any_member_sender(Call& call) {
  const auto* node = std::get_if<NodeKeyOf>(&call.sender);
  if (node == nullptr) return member_sender(call);
  if (find_validator(call.state.validators(), call.sender_address()) != nullptr) {
    return node->validator;
  }
  return fail(Code::not_validator,
              "the sender's key was a validator's and is no more; only those in force can do this");
}

// The addition that waits for the sender to be ready.
Result<ProposalId> awaited_addition(Call& call, ProposalId id) {
  const Proposal* proposal = call.state.find_proposal(id);
  if (proposal == nullptr) {
    return fail(Code::proposal_not_found,
                fmt::format("there is no proposal {}; this chain has proposals up to {}",
                            id.value(), call.state.counters().proposals));
  }
  const auto* add = std::get_if<AddValidator>(&proposal->action);
  if (add == nullptr || add->key != call.sender_address()) {
    return fail(Code::not_joiner,
                fmt::format("proposal {} does not add the sender as a validator", id.value()));
  }
  if (proposal->status == Proposal::Status::awaits_joiner) return id;
  return fail(Code::proposal_closed,
              fmt::format("proposal {} is {}; only one that awaits_joiner takes this report",
                          id.value(), status_name(proposal->status)));
}

}  // namespace

Result<void> apply_operation(Call& call, const EndEpoch& /*op*/) {
  if (const auto member = any_member_sender(call); !member) return fail(member.error());
  const EpochObject& epoch = call.state.epoch();
  if (epoch.last) {
    return fail(Code::epoch_closing, fmt::format("epoch {} ends with block {} already",
                                                 call.state.counters().epoch, epoch.last->value()));
  }
  const TimeMs from = epoch.since.plus(call.state.parameters().epoch_min_ms);
  if (call.block.time < from) {
    return fail(Code::epoch_too_young, fmt::format("epoch {} can be ended from {} ms on",
                                                   call.state.counters().epoch, from.value()));
  }
  close_epoch(call.state, call.block.height);
  return {};
}

Result<void> apply_operation(Call& call, const ReportReady& op) {
  const auto id = awaited_addition(call, op.proposal_id);
  if (!id) return fail(id.error());
  const Height base(call.state.epoch().first.value() - 1);
  const bool is_same = !call.block.epoch_base || op.block_hash == *call.block.epoch_base;
  if (op.height != base || !is_same) {
    return fail(Code::not_caught_up,
                fmt::format("the report is of block {}, {}; it has to be of block {}, the last "
                            "before epoch {}, with that block's hash",
                            op.height.value(), to_hex(op.block_hash), base.value(),
                            call.state.counters().epoch));
  }
  return admit_joiner(call.state, *id);
}

// That the signatures hold was checked before (check_proofs).
Result<void> apply_operation(Call& call, const ReportEvidence& op) {
  const auto reporter = any_member_sender(call);
  if (!reporter) return fail(reporter.error());
  const Evidence& evidence = op.evidence;
  const auto about = check_conflict(call.transaction.body.chain_id, evidence);
  if (!about) return fail(about.error());
  const Identity identity = call.state.identify(evidence.culprit);
  const auto* culprit = std::get_if<NodeKeyOf>(&identity);
  if (culprit == nullptr) {
    return fail(Code::validator_not_found,
                fmt::format("{} is and was no validator's key", to_hex(evidence.culprit)));
  }
  if (about->epoch > Epoch(call.state.counters().epoch)) {
    return fail(Code::not_conflicting,
                fmt::format("the messages are of epoch {}, and the chain is in epoch {}",
                            about->epoch.value(), call.state.counters().epoch));
  }
  if (call.state.find_row(evidence_row_key(culprit->validator, about->epoch, evidence.kind))) {
    return fail(Code::evidence_known,
                fmt::format("evidence of this kind against validator {} in epoch {} is on the "
                            "chain already",
                            culprit->validator.value(), about->epoch.value()));
  }
  EvidenceObject object;
  object.culprit = culprit->validator;
  object.kind = evidence.kind;
  object.about = *about;
  object.key = evidence.culprit;
  object.first = crypto::blake2b256({evidence.first.bytes});
  object.second = crypto::blake2b256({evidence.second.bytes});
  object.reporter = *reporter;
  object.reported_at = call.block.time;
  call.new_ids.push_back(call.state.create_evidence(std::move(object)).value());
  return {};
}

}  // namespace generion::contract
