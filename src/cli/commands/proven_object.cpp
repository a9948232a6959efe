#include "cli/commands/proven_object.h"

#include <fmt/format.h>

#include "base/hex.h"
#include "contract/epoch_objects.h"
#include "contract/governance_objects.h"
#include "contract/market_objects.h"
#include "contract/objects.h"
#include "contract/statistics.h"
#include "rpc/action_json.h"
#include "types/address.h"

namespace generion::cli {
namespace {

namespace json = boost::json;
using contract::InstitutionId;
using contract::SingleObject;

constexpr std::uint32_t kMonths = 12;

void add_time(json::object& out, std::string_view name, const std::optional<TimeMs>& time) {
  if (time) out[name] = time->value();
}

void add_access(json::object& out, const contract::Access& access) {
  if (const auto* lock = std::get_if<Lock>(&access)) {
    out["lock"] = to_hex(*lock);
    return;
  }
  const AttachmentRef& data = std::get<contract::OpaqueAccess>(access).data;
  out["data_hash"] = to_hex(data.hash);
  out["data_length"] = data.length;
}

json::array validator_ids(const std::vector<contract::ValidatorId>& ids) {
  json::array out;
  for (const contract::ValidatorId id : ids) out.emplace_back(id.value());
  return out;
}

struct Describe {
  ByteView value;

  json::object operator()(SingleObject object) const {
    switch (object) {
      case SingleObject::counters:
        return counters_json();
      case SingleObject::parameters:
        return {{"kind", "parameters"}};
      case SingleObject::validators:
        return validators_json();
    }
    return unreadable();
  }

  json::object counters_json() const {
    const auto counters = contract::decode_counters(value);
    if (!counters) return unreadable();
    return {{"kind", "counters"},
            {"users", counters->users},
            {"institutions", counters->institutions},
            {"records", counters->records},
            {"shares", counters->shares},
            {"orders", counters->orders},
            {"proposals", counters->proposals},
            {"minted", std::to_string(counters->minted)},
            {"escrowed", std::to_string(counters->escrowed)}};
  }

  json::object validators_json() const {
    const auto validators = contract::decode_validators(value);
    if (!validators) return unreadable();
    json::array members;
    for (const contract::Validator& member : validators->members) {
      members.push_back({{"validator_id", member.id.value()},
                         {"name", member.name},
                         {"key", to_hex(member.key)},
                         {"governance_key", to_hex(member.governance_key)}});
    }
    return {{"kind", "validators"}, {"validators", std::move(members)}};
  }

  json::object operator()(InstitutionId id) const {
    const auto institution = contract::decode_institution(value);
    if (!institution) return unreadable();
    return {{"kind", "institution"},
            {"institution_id", id.value()},
            {"address", address_text(institution->address)},
            {"name", institution->name},
            {"status", contract::status_name(institution->status)}};
  }

  json::object operator()(UserId id) const {
    const auto user = contract::decode_user(value);
    if (!user) return unreadable();
    json::object out{{"kind", "user"},
                     {"user_id", id.value()},
                     {"address", address_text(user->address)},
                     {"record_count", user->record_count},
                     {"balance", std::to_string(user->balance)}};
    if (user->reader_key) out["reader_key"] = to_hex(*user->reader_key);
    return out;
  }

  json::object operator()(RecordId id) const {
    const auto record = contract::decode_record(value);
    if (!record) return unreadable();
    json::object out{{"kind", "record"},
                     {"record_id", id.value()},
                     {"owner_user_id", record->owner.value()},
                     {"by_institution", record->creator.has_value()},
                     {"is_verified", record->verified},
                     {"deidentified", record->deidentified},
                     {"deleted", record->deleted},
                     {"created_at_ms", record->created_at.value()},
                     {"data_hash", to_hex(record->data.hash)},
                     {"pub_key", to_hex(record->data_pub_key)}};
    if (!record->type.empty()) out["type"] = record->type;
    if (record->document) out["document"] = to_hex(*record->document);
    if (record->lock) out["lock"] = to_hex(*record->lock);
    if (record->creator) out["creator_institution_id"] = record->creator->value();
    if (record->replaces) out["replaces"] = record->replaces->value();
    return out;
  }

  json::object operator()(ShareId id) const {
    const auto share = contract::decode_share(value);
    if (!share) return unreadable();
    json::object out{{"kind", "share"},
                     {"share_id", id.value()},
                     {"record_id", share->record.value()},
                     {"owner_user_id", share->owner.value()},
                     {"grantee_user_id", share->grantee.value()},
                     {"pub_key", to_hex(share->data_pub_key)},
                     {"status", contract::status_name(share->status)},
                     {"created_at_ms", share->created_at.value()}};
    add_access(out, share->access);
    add_time(out, "expires_at_ms", share->expires_at);
    add_time(out, "closed_at_ms", share->closed_at);
    return out;
  }

  json::object operator()(OrderId id) const {
    const auto order = contract::decode_order(value);
    if (!order) return unreadable();
    json::array records;
    for (const RecordId record : order->records) records.emplace_back(record.value());
    json::array types;
    for (const std::string& type : order->types) types.emplace_back(type);
    json::object out{{"kind", "order"},
                     {"order_id", id.value()},
                     {"seller_user_id", order->seller.value()},
                     {"record_id_list", std::move(records)},
                     {"price", std::to_string(order->price)},
                     {"delivery_proven", order->delivery_proven},
                     {"made_by_institution", order->made_by_institution},
                     {"deidentified", order->deidentified},
                     {"types", std::move(types)},
                     {"status", contract::status_name(order->status)},
                     {"created_at_ms", order->created_at.value()}};
    if (order->buyer) out["buyer_user_id"] = order->buyer->value();
    if (order->buyer_key) out["pub_key"] = to_hex(*order->buyer_key);
    add_time(out, "deadline_ms", order->deadline);
    add_time(out, "retention_end_ms", order->retention_end);
    add_time(out, "closed_at_ms", order->closed_at);
    json::array deliveries;
    for (std::size_t i = 0; i < order->deliveries.size() && i < order->records.size(); ++i) {
      json::object one{{"record_id", order->records[i].value()}};
      add_access(one, order->deliveries[i]);
      deliveries.push_back(std::move(one));
    }
    if (!deliveries.empty()) out["deliveries"] = std::move(deliveries);
    return out;
  }

  json::object operator()(ProposalId id) const {
    const auto proposal = contract::decode_proposal(value);
    if (!proposal) return unreadable();
    json::object out{{"kind", "proposal"},
                     {"proposal_id", id.value()},
                     {"action", rpc::action_json(proposal->action, {})},
                     {"proposer", proposal->proposer.value()},
                     {"yes", validator_ids(proposal->yes)},
                     {"no", validator_ids(proposal->no)},
                     {"status", contract::status_name(proposal->status)},
                     {"created_at_ms", proposal->created_at.value()},
                     {"expires_at_ms", proposal->expires_at.value()}};
    add_time(out, "decided_at_ms", proposal->decided_at);
    add_time(out, "in_force_at_ms", proposal->in_force_at);
    if (proposal->obstacle) out["obstacle"] = code_name(*proposal->obstacle);
    return out;
  }

  json::object operator()(Epoch number) const {
    const auto epoch = contract::decode_epoch(value);
    if (!epoch) return unreadable();
    json::array validators;
    for (const PublicKey& key : epoch->validators.keys) validators.emplace_back(to_hex(key));
    json::object out{{"kind", "epoch"},
                     {"epoch", number.value()},
                     {"first_height", epoch->first.value()},
                     {"since_ms", epoch->since.value()},
                     {"version", epoch->version},
                     {"validators", std::move(validators)}};
    if (epoch->last) out["last_height"] = epoch->last->value();
    return out;
  }

  json::object operator()(contract::EvidenceId id) const {
    const auto evidence = contract::decode_evidence(value);
    if (!evidence) return unreadable();
    return {{"kind", "evidence"},
            {"evidence_id", id.value()},
            {"validator_id", evidence->culprit.value()},
            {"key", to_hex(evidence->key)},
            {"contradiction", kind_name(evidence->kind)},
            {"epoch", evidence->about.epoch.value()},
            {"view", evidence->about.view.value()},
            {"height", evidence->about.height.value()},
            {"reporter", evidence->reporter.value()},
            {"reported_at_ms", evidence->reported_at.value()}};
  }

  json::object operator()(const contract::CellName& name) const {
    const auto cell = contract::decode_cell(value);
    if (!cell) return unreadable();
    json::object out{
        {"kind", "statistics"},
        {"month", fmt::format("{:04}-{:02}", name.month / kMonths, name.month % kMonths + 1)},
        {"institution_id", name.institution.value()},
        {"created", cell->created},
        {"verified", cell->verified},
        {"deleted", cell->deleted},
        {"shared", cell->shared},
        {"offered", cell->offered},
        {"sold", cell->sold},
        {"value", std::to_string(cell->value)}};
    if (!name.type.empty()) out["type"] = name.type;
    return out;
  }

  static json::object unreadable() { return {{"kind", "object"}}; }
};

}  // namespace

json::object proven_object_json(ByteView key, ByteView value) {
  const auto name = contract::parse_object_key(key);
  return name ? std::visit(Describe{value}, *name) : Describe::unreadable();
}

json::object proven_item_json(ByteView key, ByteView value, const std::map<Bytes, Bytes>& known) {
  json::object out = proven_object_json(key, value);
  const auto name = [&](std::string_view number, std::string_view address, auto key_of) {
    const auto* id = out.if_contains(number);
    if (id == nullptr) return;
    const auto object = known.find(key_of(id->to_number<std::uint64_t>()));
    if (object == known.end()) return;
    const json::object named = proven_object_json(object->first, object->second);
    if (const auto* text = named.if_contains("address")) out[address] = *text;
  };
  const auto user = [](std::uint64_t id) { return contract::user_key(UserId(id)); };
  const auto institution = [](std::uint64_t id) {
    return contract::institution_key(InstitutionId(id));
  };
  name("owner_user_id", "usr_adr", user);
  name("seller_user_id", "usr_adr", user);
  name("buyer_user_id", "customer", user);
  name("grantee_user_id", "grantee", user);
  name("creator_institution_id", "creator_adr", institution);
  if (out.contains("by_institution") && !out.contains("creator_institution_id")) {
    if (const auto* owner = out.if_contains("usr_adr")) out["creator_adr"] = json::value(*owner);
  }
  return out;
}

}  // namespace generion::cli
