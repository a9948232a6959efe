// What a WorkingState makes: new objects with their look-ups, and in the end the block's writes.
#include <utility>

#include "base/assert.h"
#include "contract/working_state.h"

namespace generion::contract {

void WorkingState::add_to_list(IdList list, std::uint64_t of, std::uint64_t member) {
  append_row(list_key(list, of, member), Bytes());
}

UserId WorkingState::create_user(User user) {
  const UserId id(++counters_.users);
  set_identity(user.address, id);
  users_.create(id, std::move(user));
  created_.emplace_back(id);
  return id;
}

InstitutionId WorkingState::create_institution(Institution institution) {
  const InstitutionId id(++counters_.institutions);
  set_identity(institution.address, id);
  institutions_.create(id, std::move(institution));
  created_.emplace_back(id);
  return id;
}

RecordId WorkingState::create_record(Record record) {
  const UserId owner = record.owner;
  const RecordId id(++counters_.records);
  records_.create(id, std::move(record));
  created_.emplace_back(id);
  if (++change_user(owner).record_count == 1) {
    append_row(listed_user_key(++counters_.listed_users), number_value(owner.value()));
  }
  add_to_list(IdList::owner_records, owner.value(), id.value());
  return id;
}

ShareId WorkingState::create_share(Share share) {
  const ShareId id(++counters_.shares);
  Record& record = change_record(share.record);
  ++record.share_count;
  ++record.living_shares;
  ++change_user(share.owner).share_count;
  ++change_user(share.grantee).granted_count;
  add_to_list(IdList::record_shares, share.record.value(), id.value());
  add_to_list(IdList::owner_shares, share.owner.value(), id.value());
  add_to_list(IdList::grantee_shares, share.grantee.value(), id.value());
  put_row(living_share_key(share.record, share.grantee), number_value(id.value()));
  if (share.expires_at) add_due({*share.expires_at, DueKind::share_expiry, id.value()});
  shares_.create(id, std::move(share));
  created_.emplace_back(id);
  return id;
}

OrderId WorkingState::create_order(Order order) {
  const OrderId id(++counters_.orders);
  User& seller = change_user(order.seller);
  ++seller.order_count;
  ++seller.open_order_count;
  for (const RecordId record_id : order.records) {
    Record& record = change_record(record_id);
    ++record.order_count;
    record.open_orders.push_back(id);  // the highest number by now
    add_to_list(IdList::record_orders, record_id.value(), id.value());
  }
  add_to_list(IdList::seller_orders, order.seller.value(), id.value());
  const auto status = static_cast<std::uint64_t>(order.status);
  put_row(list_key(IdList::status_orders, status, id.value()), Bytes());
  orders_.create(id, std::move(order));
  created_.emplace_back(id);
  return id;
}

ProposalId WorkingState::create_proposal(Proposal proposal) {
  const ProposalId id(++counters_.proposals);
  proposals_.create(id, std::move(proposal));
  created_.emplace_back(id);
  return id;
}

EvidenceId WorkingState::create_evidence(EvidenceObject evidence) {
  const EvidenceId id(++counters_.evidence);
  put_row(evidence_row_key(evidence.culprit, evidence.about.epoch, evidence.kind),
          number_value(id.value()));
  evidence_.create(id, std::move(evidence));
  created_.emplace_back(id);
  return id;
}

void WorkingState::begin_epoch(EpochObject next) {
  const Epoch number(++counters_.epoch);
  epochs_.create(number, std::move(next));
  created_.emplace_back(number);
}

void WorkingState::set_parameters(Parameters parameters) {
  parameters_ = std::make_shared<const Parameters>(std::move(parameters));
  parameters_changed_ = true;
}

void WorkingState::set_order_status(OrderId id, Order::Status status) {
  Order& order = change_order(id);
  const auto before = static_cast<std::uint64_t>(order.status);
  remove_row(list_key(IdList::status_orders, before, id.value()));
  order.status = status;
  const auto after = static_cast<std::uint64_t>(status);
  put_row(list_key(IdList::status_orders, after, id.value()), Bytes());
}

void WorkingState::delete_record(RecordId id) {
  Record& record = change_record(id);
  record.deleted = true;
  erase(record.filed);
}

void WorkingState::close_share(ShareId id, Share::Status status, TimeMs now) {
  Share& share = change_share(id);
  Record& record = change_record(share.record);
  GENERION_ASSERT(share.status == Share::Status::living && record.living_shares > 0);
  --record.living_shares;
  remove_row(living_share_key(share.record, share.grantee));
  if (share.expires_at) remove_due({*share.expires_at, DueKind::share_expiry, id.value()});
  if (const auto* opaque = std::get_if<OpaqueAccess>(&share.access)) erase(opaque->filed);
  share.status = status;
  share.closed_at = now;
}

void WorkingState::add_history(RecordId id, const HistoryEntry& entry) {
  append_row(history_key(id, entry.position, entry.change), history_value(entry));
}

void WorkingState::add_account(const Account& account, const AccountEntry& entry) {
  append_row(account_key(account, entry.position, entry.sequence), account_value(entry));
}

ObjectWrite WorkingState::created_write(const CreatedId& id) const {
  struct Write {
    const WorkingState& state;

    ObjectWrite operator()(UserId id) const {
      return {user_key(id), encode_user(*state.users_.find(id)), true};
    }
    ObjectWrite operator()(InstitutionId id) const {
      return {institution_key(id), encode_institution(*state.institutions_.find(id)), true};
    }
    ObjectWrite operator()(RecordId id) const {
      return {record_key(id), encode_record(*state.records_.find(id)), true};
    }
    ObjectWrite operator()(ShareId id) const {
      return {share_key(id), encode_share(*state.shares_.find(id)), true};
    }
    ObjectWrite operator()(OrderId id) const {
      return {order_key(id), encode_order(*state.orders_.find(id)), true};
    }
    ObjectWrite operator()(ProposalId id) const {
      return {proposal_key(id), encode_proposal(*state.proposals_.find(id)), true};
    }
    ObjectWrite operator()(Epoch number) const {
      return {epoch_key(number), encode_epoch(*state.epochs_.find(number)), true};
    }
    ObjectWrite operator()(EvidenceId id) const {
      return {evidence_key(id), encode_evidence(*state.evidence_.find(id)), true};
    }
    ObjectWrite operator()(const CellName& name) const {
      return {cell_key(name), encode_cell(*state.cells_.find(name)), true};
    }
  };
  return std::visit(Write{*this}, id);
}

BlockWrites WorkingState::finish() && {
  rollback();
  BlockWrites out;
  out.objects.reserve(created_.size() + 8);
  for (const CreatedId& id : created_) out.objects.push_back(created_write(id));

  // Ordered by key: the kinds' first bytes ascend in this order, numbers are big-endian.
  if (counters_ != counters_before_) {
    out.objects.push_back({counters_key(), encode_counters(counters_)});
  }
  if (parameters_changed_) {
    out.objects.push_back({parameters_key(), encode_parameters(*parameters_)});
  }
  const auto write_changed = [&out](const auto& table, auto key, auto encode) {
    table.for_each_changed([&](const auto& id, const auto& object) {
      out.objects.push_back({key(id), encode(object)});
    });
  };
  write_changed(institutions_, institution_key, encode_institution);
  write_changed(users_, user_key, encode_user);
  write_changed(records_, record_key, encode_record);
  write_changed(shares_, share_key, encode_share);
  write_changed(orders_, order_key, encode_order);
  write_changed(proposals_, proposal_key, encode_proposal);
  write_changed(validators_, [](SingleObject) { return validators_key(); }, encode_validators);
  write_changed(cells_, cell_key, encode_cell);
  write_changed(epochs_, epoch_key, encode_epoch);

  out.lookups = std::move(appended_);
  rows_.for_each_changed([&out](const Bytes& key, const std::optional<Bytes>& value) {
    out.lookups.push_back({key, value});
  });
  out.erasures = std::move(erasures_);
  return out;
}

}  // namespace generion::contract
