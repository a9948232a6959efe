// createRecord, verifyRecord, deleteRecord.
#include <fmt/core.h>

#include <algorithm>

#include "contract/operations/call.h"
#include "types/address.h"

namespace generion::contract {
namespace {

std::unexpected<Error> no_such_record(RecordId id, const Counters& counters) {
  return fail(Code::record_not_found,
              fmt::format("there is no record {}; this chain has records up to {}", id.value(),
                          counters.records));
}

std::unexpected<Error> is_deleted(RecordId id) {
  return fail(Code::record_deleted,
              fmt::format("record {} is deleted; it takes one that is not", id.value()));
}

// The owner to be. An institution's first record for somebody admits him.
Result<UserId> resolve_owner(Call& call, const Address& address) {
  if (const UserId* user = std::get_if<UserId>(&call.sender)) {
    if (address == call.sender_address()) return *user;
    return fail(Code::not_institution,
                fmt::format("the sender is a user and not {}; only the owner himself or an "
                            "accredited institution can create a record for it",
                            address_text(address)));
  }
  const Identity identity = call.state.identify(address);
  if (const UserId* user = std::get_if<UserId>(&identity)) return *user;
  if (std::holds_alternative<InstitutionId>(identity)) {
    return fail(Code::is_institution,
                fmt::format("{} is an institution, which cannot own records; give a user's "
                            "address",
                            address_text(address)));
  }
  if (!std::holds_alternative<std::monostate>(identity)) {
    return fail(Code::address_taken,
                fmt::format("{} is a recovery key or a validator's, which cannot own records",
                            address_text(address)));
  }
  return admit(call, std::get<InstitutionId>(call.sender), address);
}

Result<void> check_type(const Parameters& parameters, const std::string& type) {
  const auto& types = parameters.record_types;
  if (type.empty() || std::binary_search(types.begin(), types.end(), type)) return {};
  return fail(Code::type_unknown,
              fmt::format("the type is not one of the {} that this chain knows (record_types in "
                          "getParameters); leave it out if none fits",
                          types.size()));
}

Result<void> check_replaces(Call& call, RecordId id, UserId owner) {
  const Record* old = call.state.find_record(id);
  if (old == nullptr) return no_such_record(id, call.state.counters());
  if (old->owner != owner) {
    return fail(Code::not_owner, fmt::format("replaces names record {}, which has another owner; "
                                             "a record replaces one of the same owner",
                                             id.value()));
  }
  if (old->deleted) return is_deleted(id);
  return {};
}

Result<void> check_record_limit(Call& call, UserId owner) {
  const std::uint64_t max = call.state.parameters().records_per_user_max;
  if (call.state.user(owner).record_count < max) return {};
  return fail(Code::record_limit, fmt::format("the owner has had {} records, deleted ones "
                                              "included; this chain allows no more to one user",
                                              max));
}

Result<void> verify(Call& call, RecordId id) {
  const Record* record = call.state.find_record(id);
  if (record == nullptr) return no_such_record(id, call.state.counters());
  if (!is_owner(call, *record)) {
    return fail(Code::not_owner, fmt::format("record {} belongs to somebody else; only its owner "
                                             "can verify it",
                                             id.value()));
  }
  if (record->deleted) return is_deleted(id);
  if (record->verified) {
    return fail(Code::already_verified,
                fmt::format("record {} is verified already; leave it out", id.value()));
  }
  ++cell_of(call.state, call.block, *record).verified;
  call.state.change_record(id).verified = true;
  call.state.add_history(id, history_entry(call, RecordChange::verified));
  return {};
}

// The owner may always; the institution that made it, until the owner has verified it.
Result<void> check_may_delete(const Call& call, RecordId id, const Record& record) {
  if (is_owner(call, record)) return {};
  const InstitutionId* institution = std::get_if<InstitutionId>(&call.sender);
  if (institution == nullptr) {
    return fail(Code::not_owner, fmt::format("record {} belongs to somebody else; only its owner "
                                             "can delete it, or its creator while it is unverified",
                                             id.value()));
  }
  if (record.creator != *institution) {
    return fail(Code::not_creator, fmt::format("record {} was not created by this institution; "
                                               "only its creator can delete it while it is "
                                               "unverified, or its owner",
                                               id.value()));
  }
  if (record.verified && !record.deleted) {
    return fail(Code::already_verified, fmt::format("record {} was verified by its owner, who "
                                                    "alone can delete it now",
                                                    id.value()));
  }
  return {};
}

}  // namespace

bool is_owner(const Call& call, const Record& record) {
  const UserId* user = std::get_if<UserId>(&call.sender);
  return user != nullptr && *user == record.owner;
}

Result<const Record*> living_record(Call& call, RecordId id) {
  const Record* record = call.state.find_record(id);
  if (record == nullptr) return no_such_record(id, call.state.counters());
  if (record->deleted) return is_deleted(id);
  return record;
}

Result<const Record*> own_living_record(Call& call, RecordId id) {
  const auto record = living_record(call, id);
  if (!record || is_owner(call, **record)) return record;
  return fail(Code::not_owner,
              fmt::format("record {} belongs to somebody else; only its owner can lock it to "
                          "another reader or offer it",
                          id.value()));
}

Result<void> apply_operation(Call& call, const CreateRecord& op) {
  const AttachmentId filed = call.file_attachment();
  const auto owner = resolve_owner(call, op.usr_adr);
  if (!owner) return fail(owner.error());
  if (auto ok = check_type(call.state.parameters(), op.type); !ok) return ok;
  if (op.replaces) {
    if (auto ok = check_replaces(call, *op.replaces, *owner); !ok) return ok;
  }
  if (auto ok = check_record_limit(call, *owner); !ok) return ok;

  Record record;
  record.owner = *owner;
  if (const auto* creator = std::get_if<InstitutionId>(&call.sender)) record.creator = *creator;
  record.data_pub_key = op.data_pub_key;
  record.lock = op.lock;
  record.data = op.data;
  record.document = op.document;
  record.type = op.type;
  record.replaces = op.replaces;
  record.verified = !record.creator;
  record.deidentified = op.deidentified;
  record.created_at = call.block.time;
  record.filed = filed;
  ++cell_of(call.state, call.block, record).created;
  const RecordId id = call.state.create_record(std::move(record));
  call.state.add_history(id, history_entry(call, RecordChange::created));
  call.new_ids.push_back(id.value());
  return {};
}

Result<void> apply_operation(Call& call, const VerifyRecord& op) {
  for (const RecordId id : op.record_id) {
    if (auto ok = verify(call, id); !ok) return ok;
  }
  return {};
}

Result<void> apply_operation(Call& call, const DeleteRecord& op) {
  const Record* record = call.state.find_record(op.record_id);
  if (record == nullptr) return no_such_record(op.record_id, call.state.counters());
  if (auto ok = check_may_delete(call, op.record_id, *record); !ok) return ok;
  if (record->deleted) return is_deleted(op.record_id);
  if (record->held_until > call.block.time) {
    return fail(Code::in_delivery,
                fmt::format("record {} was sold and is held until {} ms; it can be deleted then",
                            op.record_id.value(), record->held_until.value()));
  }
  withdraw_orders_of(call, op.record_id);
  ++cell_of(call.state, call.block, *record).deleted;
  // They are dead by now; closing them is work for the blocks to come.
  if (record->living_shares > 0) {
    call.state.add_due({call.block.time, DueKind::record_shares, op.record_id.value()});
  }
  call.state.delete_record(op.record_id);
  call.state.add_history(op.record_id, history_entry(call, RecordChange::deleted));
  return {};
}

}  // namespace generion::contract
