// The contract's rules once more, naively: addresses instead of numbers, plain lists, a copy of
// everything instead of undo. The model test compares the contract with it.
#pragma once

#include <algorithm>
#include <map>
#include <vector>

#include "contract/objects.h"

namespace generion::contract {

struct ModelRecord {
  Address owner;
  Address creator;
  std::string type;
  bool verified = false;
  bool deleted = false;
};

struct ModelUser {
  std::uint64_t number = 0;
  std::optional<Address> admitted_by;
  std::optional<ReaderKey> reader_key;
  std::vector<std::uint64_t> records;
};

struct ModelDay {
  std::uint64_t day = 0;
  std::uint64_t operations = 0;
  std::uint64_t admissions = 0;
};

struct ModelWorld {
  std::map<Address, ModelUser> users;
  std::map<Address, Institution::Status> institutions;
  std::map<Address, ModelDay> days;  // of senders
  std::vector<ModelRecord> records;  // record n is at n - 1
  std::vector<Address> listed;
};

struct ModelOutcome {
  Code code = Code::ok;
  std::uint64_t failed_operation = 0;
  std::vector<std::uint64_t> new_ids;
};

class Model {
 public:
  explicit Model(Parameters parameters) : parameters_(std::move(parameters)) {}

  ModelWorld world;

  ModelOutcome apply(const Address& sender, const std::vector<Operation>& operations, TimeMs now) {
    const ModelWorld before = world;
    now_ = now;
    sender_ = sender;
    ModelOutcome out;
    out.code = enter();
    for (std::size_t i = 0; out.code == Code::ok && i < operations.size(); ++i) {
      out.failed_operation = i;
      out.code = charge();
      if (out.code != Code::ok) break;
      out.code = std::visit([&](const auto& op) { return step(op, out.new_ids); }, operations[i]);
    }
    if (out.code == Code::ok) {
      out.failed_operation = 0;
    } else {
      world = before;
      out.new_ids.clear();
    }
    return out;
  }

 private:
  bool is_institution(const Address& address) const { return world.institutions.contains(address); }
  bool is_user(const Address& address) const { return world.users.contains(address); }
  ModelRecord* record(RecordId id) {
    if (id.value() < 1 || id.value() > world.records.size()) return nullptr;
    return &world.records[id.value() - 1];
  }
  ModelDay& today() {
    ModelDay& day = world.days[sender_];
    if (day.day != now_.value() / 86'400'000) day = {now_.value() / 86'400'000, 0, 0};
    return day;
  }

  Code enter() {
    if (is_institution(sender_)) {
      return world.institutions[sender_] == Institution::Status::accredited
                 ? Code::ok
                 : Code::institution_not_accredited;
    }
    if (is_user(sender_)) return Code::ok;
    if (parameters_.user_admission == Parameters::UserAdmission::institution) {
      return Code::not_admitted;
    }
    add_user(sender_, std::nullopt);
    return Code::ok;
  }

  Code charge() {
    if (today().operations == parameters_.operations_per_day_max) return Code::operation_limit;
    ++today().operations;
    return Code::ok;
  }

  void add_user(const Address& address, std::optional<Address> by) {
    world.users[address] = {world.users.size() + 1, by, std::nullopt, {}};
  }

  Code admit(const Address& address) {
    if (today().admissions == parameters_.admissions_per_day_max) return Code::admission_limit;
    ++today().admissions;
    add_user(address, sender_);
    return Code::ok;
  }

  // Those that the sequences do not hold.
  template <class Op>
  Code step(const Op&, std::vector<std::uint64_t>&) {
    return Code::unknown_operation;
  }
  Code step(const SetUserPubKey& op, std::vector<std::uint64_t>&) {
    if (is_institution(sender_)) return Code::is_institution;
    world.users[sender_].reader_key = op.pub_key;
    return Code::ok;
  }

  Code step(const AdmitUser& op, std::vector<std::uint64_t>& new_ids) {
    if (!is_institution(sender_)) return Code::not_institution;
    for (const Address& address : op.usr_adr) {
      if (is_user(address)) return Code::already_admitted;
      if (is_institution(address)) return Code::is_institution;
      if (const Code code = admit(address); code != Code::ok) return code;
      new_ids.push_back(world.users[address].number);
    }
    return Code::ok;
  }

  Code step(const CreateRecord& op, std::vector<std::uint64_t>& new_ids) {
    if (!is_institution(sender_) && op.usr_adr != sender_) return Code::not_institution;
    if (is_institution(op.usr_adr)) return Code::is_institution;
    if (!is_user(op.usr_adr)) {
      if (const Code code = admit(op.usr_adr); code != Code::ok) return code;
    }
    const auto& types = parameters_.record_types;
    if (!op.type.empty() && std::count(types.begin(), types.end(), op.type) == 0) {
      return Code::type_unknown;
    }
    if (op.replaces) {
      const ModelRecord* old = record(*op.replaces);
      if (old == nullptr) return Code::record_not_found;
      if (old->owner != op.usr_adr) return Code::not_owner;
      if (old->deleted) return Code::record_deleted;
    }
    ModelUser& owner = world.users[op.usr_adr];
    if (owner.records.size() == parameters_.records_per_user_max) return Code::record_limit;
    if (owner.records.empty()) world.listed.push_back(op.usr_adr);
    world.records.push_back({op.usr_adr, sender_, op.type, op.usr_adr == sender_, false});
    owner.records.push_back(world.records.size());
    new_ids.push_back(world.records.size());
    return Code::ok;
  }

  Code step(const VerifyRecord& op, std::vector<std::uint64_t>&) {
    for (const RecordId id : op.record_id) {
      ModelRecord* found = record(id);
      if (found == nullptr) return Code::record_not_found;
      if (found->owner != sender_) return Code::not_owner;
      if (found->deleted) return Code::record_deleted;
      if (found->verified) return Code::already_verified;
      found->verified = true;
    }
    return Code::ok;
  }

  Code step(const DeleteRecord& op, std::vector<std::uint64_t>&) {
    ModelRecord* found = record(op.record_id);
    if (found == nullptr) return Code::record_not_found;
    if (found->owner != sender_) {
      if (!is_institution(sender_)) return Code::not_owner;
      if (found->creator != sender_) return Code::not_creator;
      if (found->verified && !found->deleted) return Code::already_verified;
    }
    if (found->deleted) return Code::record_deleted;
    found->deleted = true;
    return Code::ok;
  }

  const Parameters parameters_;
  Address sender_;
  TimeMs now_;
};

}  // namespace generion::contract
