#include "contract/rebuild.h"

#include <fmt/core.h>

#include "base/hex.h"
#include "contract/due_handlers.h"
#include "types/genesis.h"

namespace generion::contract {
namespace {

std::unexpected<Error> damaged(const std::string& what) {
  return fail(Code::damaged, "the state's objects: " + what);
}

// The keys that a decision makes, or will make, a validator's.
std::vector<PublicKey> keys_wanted(const GovernanceAction& action) {
  if (const auto* add = std::get_if<AddValidator>(&action)) return {add->key, add->governance_key};
  if (const auto* replace = std::get_if<ReplaceValidatorKey>(&action)) return {replace->new_key};
  return {};
}

bool is_waiting(const Proposal& proposal) {
  return proposal.status == Proposal::Status::awaits_epoch ||
         proposal.status == Proposal::Status::awaits_joiner;
}

const SetParameter* in_force(const std::map<ProposalId, Proposal>& proposals, ProposalId id,
                             std::string_view parameter) {
  const auto found = proposals.find(id);
  if (found == proposals.end() || found->second.status != Proposal::Status::in_force) {
    return nullptr;
  }
  const auto* set = std::get_if<SetParameter>(&found->second.action);
  return set != nullptr && set->name == parameter ? set : nullptr;
}

std::set<std::uint64_t> ended_retentions(const std::vector<SystemReceipt>& handled) {
  std::set<std::uint64_t> out;
  for (const SystemReceipt& receipt : handled) {
    if (receipt.kind == DueKind::retention_end) out.insert(receipt.id);
  }
  return out;
}

}  // namespace

bool is_due_done(const std::vector<SystemReceipt>& handled, std::uint64_t due_per_block) {
  // Rows that a block looked at: those with a receipt, and those that an earlier one of them took
  // away: closing a record's shares up to their number of expiries, an expiry its record's closing.
  std::uint64_t looked_at = handled.size();
  for (const SystemReceipt& receipt : handled) {
    if (receipt.kind == DueKind::record_shares) looked_at += kSharesPerCloseMax;
    if (receipt.kind == DueKind::share_expiry) ++looked_at;
  }
  return looked_at < due_per_block;
}

LookupRebuild::LookupRebuild(TimeMs time, const std::vector<SystemReceipt>& handled,
                             std::uint64_t genesis_due)
    : time_(time),
      retention_done_(ended_retentions(handled)),
      handled_(handled),
      genesis_due_(genesis_due) {}

// Nothing before the block's time is left.
void LookupRebuild::put_due(TimeMs time, DueKind kind, std::uint64_t id) {
  if (time >= time_) put(due_key({time, kind, id}));
}

Result<void> LookupRebuild::add(ByteView key, ByteView value) {
  const auto name = parse_object_key(key);
  if (!name) return damaged(fmt::format("{} is no object's key", to_hex(key)));
  const auto use = [&](auto decoded, auto then) -> Result<void> {
    if (!decoded) return damaged(fmt::format("{}: {}", to_hex(key), decoded.error().message));
    then(*decoded);
    return {};
  };
  if (const auto* id = std::get_if<UserId>(&*name)) {
    return use(decode_user(value), [&](const User& user) { add_user(*id, user); });
  }
  if (const auto* id = std::get_if<InstitutionId>(&*name)) {
    return use(decode_institution(value),
               [&](const Institution& institution) { add_institution(*id, institution); });
  }
  if (const auto* id = std::get_if<RecordId>(&*name)) {
    if (*id <= last_record_) return damaged("its records do not ascend");
    last_record_ = *id;
    return use(decode_record(value), [&](const Record& record) { add_record(*id, record); });
  }
  if (const auto* id = std::get_if<ShareId>(&*name)) {
    return use(decode_share(value), [&](const Share& share) { add_share(*id, share); });
  }
  if (const auto* id = std::get_if<OrderId>(&*name)) {
    return use(decode_order(value), [&](const Order& order) { add_order(*id, order); });
  }
  if (const auto* id = std::get_if<ProposalId>(&*name)) {
    return use(decode_proposal(value),
               [&](Proposal& proposal) { add_proposal(*id, std::move(proposal)); });
  }
  if (const auto* number = std::get_if<Epoch>(&*name)) {
    return use(decode_epoch(value),
               [&](EpochObject& epoch) { epochs_.emplace(*number, std::move(epoch)); });
  }
  if (const auto* id = std::get_if<EvidenceId>(&*name)) {
    return use(decode_evidence(value), [&](const EvidenceObject& evidence) {
      put(evidence_row_key(evidence.culprit, evidence.about.epoch, evidence.kind),
          number_value(id->value()));
    });
  }
  if (const auto* cell = std::get_if<CellName>(&*name)) {
    put(cell_row_key(*cell));
    return {};
  }
  return add_single(std::get<SingleObject>(*name), value);
}

Result<void> LookupRebuild::add_single(SingleObject object, ByteView value) {
  switch (object) {
    case SingleObject::counters:
      return {};
    case SingleObject::parameters: {
      const auto parameters = decode_parameters(value);
      if (!parameters) return damaged(parameters.error().message);
      return {};
    }
    case SingleObject::validators: {
      const auto validators = decode_validators(value);
      if (!validators) return damaged(validators.error().message);
      for (const Validator& member : validators->members) {
        put(identity_key(member.governance_key), identity_value(member.id));
      }
      return {};
    }
  }
  return {};
}

void LookupRebuild::add_user(UserId id, const User& user) {
  put(identity_key(user.address), identity_value(id));
  if (user.recovery) put(identity_key(user.recovery->key), identity_value(RecoveryOf{id}));
  if (user.pending_move) put_due(user.pending_move->due, DueKind::user_move, id.value());
}

void LookupRebuild::add_institution(InstitutionId id, const Institution& institution) {
  put(identity_key(institution.address), identity_value(id));
  if (institution.suspended_until) {
    put_due(*institution.suspended_until, DueKind::suspension_end, id.value());
  }
}

void LookupRebuild::add_record(RecordId id, const Record& record) {
  put(list_key(IdList::owner_records, record.owner.value(), id.value()));
  if (listed_.insert(record.owner).second) {
    put(listed_user_key(listed_.size()), number_value(record.owner.value()));
  }
  // Deleted in the block, or its shares were closed in it and some are left: both again at its
  // time.
  if (record.deleted && record.living_shares > 0) {
    put_due(time_, DueKind::record_shares, id.value());
  }
}

void LookupRebuild::add_share(ShareId id, const Share& share) {
  put(list_key(IdList::record_shares, share.record.value(), id.value()));
  put(list_key(IdList::owner_shares, share.owner.value(), id.value()));
  put(list_key(IdList::grantee_shares, share.grantee.value(), id.value()));
  if (share.status != Share::Status::living) return;
  put(living_share_key(share.record, share.grantee), number_value(id.value()));
  if (share.expires_at) put_due(*share.expires_at, DueKind::share_expiry, id.value());
}

void LookupRebuild::add_order(OrderId id, const Order& order) {
  put(list_key(IdList::status_orders, static_cast<std::uint64_t>(order.status), id.value()));
  put(list_key(IdList::seller_orders, order.seller.value(), id.value()));
  if (order.buyer) put(list_key(IdList::buyer_orders, order.buyer->value(), id.value()));
  for (const RecordId record : order.records) {
    put(list_key(IdList::record_orders, record.value(), id.value()));
  }
  if (order.status == Order::Status::purchased && order.deadline) {
    put_due(*order.deadline, DueKind::order_deadline, id.value());
  }
  if (order.status != Order::Status::delivered || !order.retention_end) return;
  bool is_opaque = false;
  for (const Access& access : order.deliveries) {
    is_opaque = is_opaque || std::holds_alternative<OpaqueAccess>(access);
  }
  if (is_opaque && !retention_done_.contains(id.value())) {
    put_due(*order.retention_end, DueKind::retention_end, id.value());
  }
}

void LookupRebuild::add_proposal(ProposalId id, Proposal proposal) {
  using enum Proposal::Status;
  if (proposal.status == open) ++open_proposals_[proposal.proposer];
  if (proposal.status == open || proposal.status == awaits_joiner) {
    put_due(proposal.expires_at, DueKind::proposal_lapse, id.value());
  }
  if (proposal.status == passed && proposal.in_force_at) {
    put_due(*proposal.in_force_at, DueKind::proposal_force, id.value());
  }
  if (is_waiting(proposal)) {
    for (const PublicKey& key : keys_wanted(proposal.action)) {
      put(identity_key(key), identity_value(ReservedFor{id}));
    }
  }
  decided_.emplace(id, std::move(proposal));
}

// The first ones have the numbers of their keys' order; later ones those of the decisions'.
Result<void> LookupRebuild::add_node_keys() {
  std::map<PublicKey, ValidatorId> keys;
  std::uint64_t ever = 0;
  for (const PublicKey& key : epochs_.begin()->second.validators.keys) {
    keys[key] = ValidatorId(++ever);
  }
  for (const auto& [number, epoch] : epochs_) {
    for (const ProposalId id : epoch.decided) {
      const auto found = decided_.find(id);
      if (found == decided_.end()) return damaged("an epoch names a proposal that is not there");
      if (found->second.status != Proposal::Status::in_force) continue;
      const GovernanceAction& action = found->second.action;
      if (const auto* add = std::get_if<AddValidator>(&action)) {
        keys[add->key] = ValidatorId(++ever);
      } else if (const auto* replace = std::get_if<ReplaceValidatorKey>(&action)) {
        const auto old = keys.find(replace->key);
        if (old == keys.end()) return damaged("a key was replaced that is no validator's");
        keys[replace->new_key] = old->second;
      }
    }
  }
  for (const auto& [key, id] : keys) put(identity_key(key), identity_value(NodeKeyOf{id}));
  return {};
}

// By the parameters of the epoch that the block belonged to.
Result<void> LookupRebuild::check_due_limit() const {
  const auto limits = values_of("due_per_block", genesis_due_);
  const auto newest = limits.rbegin();
  const bool begins_epoch = limits.size() > 1 && epoch().since == time_;
  if (begins_epoch && std::next(newest)->second != newest->second) {
    return damaged("due_per_block changes with this block, so it cannot tell what is due");
  }
  if (is_due_done(handled_, newest->second)) return {};
  return damaged("the block did not handle all that was due");
}

Result<void> LookupRebuild::finish() {
  if (epochs_.empty() || epochs_.begin()->first != Epoch(0) ||
      epochs_.rbegin()->first.value() + 1 != epochs_.size()) {
    return damaged("epochs are missing");
  }
  if (auto ok = check_due_limit(); !ok) return ok;
  if (auto ok = add_node_keys(); !ok) return ok;
  for (const auto& [validator, count] : open_proposals_) {
    put(open_proposals_key(validator), number_value(count));
  }
  for (auto at = epochs_.begin(); std::next(at) != epochs_.end(); ++at) {
    if (at->second.validators != std::next(at)->second.validators) put(set_change_key(at->first));
  }
  return {};
}

// By each epoch's first block.
std::map<Height, std::uint64_t> LookupRebuild::values_of(std::string_view parameter,
                                                         std::uint64_t genesis) const {
  std::map<Height, std::uint64_t> out;
  std::uint64_t value = genesis;
  for (const auto& [number, epoch] : epochs_) {
    out[epoch.first] = value;
    for (const ProposalId id : epoch.decided) {
      if (const auto* set = in_force(decided_, id, parameter)) value = set->value;
    }
  }
  return out;
}

std::map<Height, std::uint64_t> LookupRebuild::tx_windows(std::uint64_t genesis_ms) const {
  return values_of("tx_window_ms", genesis_ms);
}

}  // namespace generion::contract
