// Users' keys, admission, records, shares, and what institutions state about their logs.
#include <algorithm>

#include "rules.h"

namespace generion::contract::model {

Code Model::rule(const SetUserPubKey& op) {
  if (!user()) return Code::is_institution;
  world.user(*user()).reader_key = op.pub_key;
  return Code::ok;
}

Code Model::rule(const AdmitUser& op) {
  const auto* by = std::get_if<InstitutionId>(&sender_);
  if (by == nullptr) return Code::not_institution;
  for (const Address& address : op.usr_adr) {
    const Identity identity = world.whose(address);
    if (std::holds_alternative<UserId>(identity)) return Code::already_admitted;
    if (std::holds_alternative<InstitutionId>(identity)) return Code::is_institution;
    if (!std::holds_alternative<std::monostate>(identity)) return Code::address_taken;
    if (const Code code = admit(*by, address); code != Code::ok) return code;
    outcome_.new_ids.push_back(world.users.size());
  }
  return Code::ok;
}

Code Model::rule(const CreateRecord& op) {
  const AttachmentId filed = next_attachment();
  const auto* by = std::get_if<InstitutionId>(&sender_);
  if (by == nullptr && op.usr_adr != address_) return Code::not_institution;
  UserId owner = user().value_or(UserId(0));
  if (by != nullptr) {
    const Identity identity = world.whose(op.usr_adr);
    if (std::holds_alternative<InstitutionId>(identity)) return Code::is_institution;
    if (std::holds_alternative<std::monostate>(identity)) {
      if (const Code code = admit(*by, op.usr_adr); code != Code::ok) return code;
    } else if (!std::holds_alternative<UserId>(identity)) {
      return Code::address_taken;
    }
    owner = *user_at(op.usr_adr);
  }
  const auto& types = world.parameters.record_types;
  if (!op.type.empty() && std::count(types.begin(), types.end(), op.type) == 0) {
    return Code::type_unknown;
  }
  if (op.replaces) {
    const Record* old = world.record(*op.replaces);
    if (old == nullptr) return Code::record_not_found;
    if (old->owner != owner) return Code::not_owner;
    if (old->deleted) return Code::record_deleted;
  }
  if (world.records_of(owner) >= world.parameters.records_per_user_max) return Code::record_limit;

  Record record;
  record.owner = owner;
  if (by != nullptr) record.creator = *by;
  record.data_pub_key = op.data_pub_key;
  record.lock = op.lock;
  record.data = op.data;
  record.document = op.document;
  record.type = op.type;
  record.replaces = op.replaces;
  record.verified = by == nullptr;
  record.deidentified = op.deidentified;
  record.created_at = now_;
  record.filed = filed;
  world.records.push_back(record);
  const RecordId id(world.records.size());
  world.slots.push_back(record_key(id));
  history(id, RecordChange::created);
  outcome_.new_ids.push_back(id.value());
  return Code::ok;
}

Code Model::rule(const VerifyRecord& op) {
  for (const RecordId id : op.record_id) {
    Record* record = world.record(id);
    if (record == nullptr) return Code::record_not_found;
    if (record->owner != user()) return Code::not_owner;
    if (record->deleted) return Code::record_deleted;
    if (record->verified) return Code::already_verified;
    record->verified = true;
    world.verified_at[id.value()] = now_;
    history(id, RecordChange::verified);
  }
  return Code::ok;
}

Code Model::rule(const DeleteRecord& op) {
  Record* record = world.record(op.record_id);
  if (record == nullptr) return Code::record_not_found;
  if (record->owner != user()) {
    const auto* institution = std::get_if<InstitutionId>(&sender_);
    if (institution == nullptr) return Code::not_owner;
    if (record->creator != *institution) return Code::not_creator;
    if (record->verified && !record->deleted) return Code::already_verified;
  }
  if (record->deleted) return Code::record_deleted;
  if (world.held_until(op.record_id) > now_) return Code::in_delivery;

  std::set<RecordId> told;
  for (const OrderId id : world.open_orders_with(op.record_id)) {
    end_order(*world.order(id), Order::Status::withdrawn);
    for (const RecordId held : world.order(id)->records) {
      if (told.insert(held).second) history(held, RecordChange::withdrawn, id.value());
    }
  }
  record->deleted = true;
  world.deleted_at[op.record_id.value()] = now_;
  if (world.living_shares_of(op.record_id) > 0) world.closing_at[op.record_id.value()] = now_;
  traces_.erasures.push_back(record->filed);
  history(op.record_id, RecordChange::deleted);
  return Code::ok;
}

Code Model::rule(const RelockRecord& op) {
  if (!user()) return Code::is_institution;
  const auto& reader_key = world.user(*user()).reader_key;
  if (!reader_key) return Code::reader_key_unset;
  if (*reader_key != op.pub_key) return Code::reader_key_mismatch;
  for (const RecordRelocking& each : op.records) {
    if (const Code code = own(each.record_id); code != Code::ok) return code;
    Record& record = *world.record(each.record_id);
    if (const Code code = check_access(record, each.relocking); code != Code::ok) return code;
    record.data_pub_key = op.pub_key;
    record.lock = each.relocking.lock;
    history(each.record_id, RecordChange::relocked);
  }
  return Code::ok;
}

Code Model::rule(const ShareRecord& op) {
  Access access = take_access(op.access);
  if (!user()) return Code::is_institution;
  if (op.expires_at && *op.expires_at <= now_) return Code::expiry_past;
  if (const Code code = own(op.record_id); code != Code::ok) return code;
  if (const Code code = check_access(*world.record(op.record_id), op.access); code != Code::ok) {
    return code;
  }
  const auto grantee = user_at(op.grantee);
  if (!grantee) return Code::user_not_found;
  if (*grantee == *user()) return Code::same_user;
  bool replaces = false;
  for (std::size_t i = 0; i < world.shares.size(); ++i) {
    const Share& old = world.shares[i];
    if (old.status == Share::Status::living && old.record == op.record_id &&
        old.grantee == *grantee) {
      close_share(i + 1, Share::Status::replaced);
      replaces = true;
    }
  }
  if (!replaces && world.living_shares_of(op.record_id) >= world.parameters.shares_per_record_max) {
    return Code::share_limit;
  }
  Share share;
  share.record = op.record_id;
  share.owner = *user();
  share.grantee = *grantee;
  share.data_pub_key = op.data_pub_key;
  share.access = std::move(access);
  share.expires_at = op.expires_at;
  share.created_at = now_;
  world.shares.push_back(share);
  const std::uint64_t number = world.shares.size();
  world.slots.push_back(share_key(ShareId(number)));
  history(op.record_id, RecordChange::shared, number);
  outcome_.new_ids.push_back(number);
  return Code::ok;
}

Code Model::rule(const RevokeShare& op) {
  if (!user()) return Code::is_institution;
  const Share* share = world.share(op.share_id);
  if (share == nullptr) return Code::share_not_found;
  if (share->owner != *user()) return Code::not_owner;
  if (share->status != Share::Status::living) return Code::share_closed;
  if (world.record(share->record)->deleted) return Code::share_closed;
  close_share(op.share_id.value(), Share::Status::revoked);
  history(share->record, RecordChange::share_revoked, op.share_id.value());
  return Code::ok;
}

Code Model::rule(const AnchorLog& op) {
  const auto* id = std::get_if<InstitutionId>(&sender_);
  if (id == nullptr) return Code::not_institution;
  Institution& institution = world.institution(*id);
  if (institution.log && op.count < institution.log->count) return Code::bad_argument;
  institution.log = AnchoredLog{op.root, op.count, now_};
  return Code::ok;
}

Code Model::own(RecordId id) const {
  const Record* record = world.record(id);
  if (record == nullptr) return Code::record_not_found;
  if (record->deleted) return Code::record_deleted;
  return record->owner == user() ? Code::ok : Code::not_owner;
}

Code Model::check_access(const Record& record,
                         const std::variant<Relocking, AttachmentRef>& access) const {
  const auto* relocking = std::get_if<Relocking>(&access);
  if (relocking == nullptr) return record.lock ? Code::is_capsule : Code::ok;
  if (!record.lock) return Code::not_capsule;
  const bool same =
      relocking->from_key == record.data_pub_key && relocking->from_lock == *record.lock;
  return same ? Code::ok : Code::lock_mismatch;
}

Access Model::take_access(const std::variant<Relocking, AttachmentRef>& access) {
  if (const auto* relocking = std::get_if<Relocking>(&access)) return relocking->lock;
  return OpaqueAccess{std::get<AttachmentRef>(access), next_attachment()};
}

void Model::close_share(std::uint64_t number, Share::Status status) {
  Share& share = world.shares[number - 1];
  share.status = status;
  share.closed_at = now_;
  if (const auto* data = std::get_if<OpaqueAccess>(&share.access)) {
    traces_.erasures.push_back(data->filed);
  }
}

}  // namespace generion::contract::model
